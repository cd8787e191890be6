// The copy buttons of lists: put the value on the clipboard and say so for a second.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("button[data-copy]");
  if (!button) return;
  event.preventDefault();
  event.stopPropagation();
  const icon = button.querySelector("span");
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    icon.textContent = "check";
  } catch {
    icon.textContent = "error"; // a page that is not on https or localhost has no clipboard
  }
  setTimeout(() => { icon.textContent = "content_copy"; }, 1000);
});
