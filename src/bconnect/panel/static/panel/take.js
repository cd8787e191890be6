// "Take Robaws' value": puts it into the form; nothing is saved until the form is.
document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-take]");
  const field = button && document.getElementById(`id_${button.dataset.take}`);
  if (!field) return;
  event.preventDefault();
  if (field.type === "checkbox") field.checked = button.dataset.value === "true";
  else {
    if (field.tagName === "SELECT" && ![...field.options].some((each) => each.value === button.dataset.value)) {
      field.add(new Option(button.dataset.value, button.dataset.value));
    }
    field.value = button.dataset.value;
  }
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.dispatchEvent(new Event("change", { bubbles: true }));
  button.disabled = true;
});
