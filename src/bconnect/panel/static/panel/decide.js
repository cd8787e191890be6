// The conflict page: one side for all fields at once, and a typed value chooses itself.
document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-take-all]");
  if (!button) return;
  for (const radio of document.querySelectorAll(`input[type=radio][value="${button.dataset.takeAll}"]`)) radio.checked = true;
});
document.addEventListener("input", (event) => {
  const name = event.target.dataset?.chooses;
  const radio = name && document.querySelector(`input[name="${name}"][value="value"]`);
  if (radio && event.target.value) radio.checked = true;
});
