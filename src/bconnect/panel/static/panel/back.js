// The button of an error page that leads back to what was open before, with what was typed there.
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-back]")) history.back();
});
