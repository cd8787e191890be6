// A customer made beside the intake that needs it: a dialog, whose answer is chosen in the select.
document.addEventListener("DOMContentLoaded", () => {
  const dialog = document.getElementById("new-customer");
  const select = document.querySelector("select.bc-customer-select");
  if (!dialog || !select) return;
  const form = dialog.querySelector("form");
  const errors = dialog.querySelector(".bc-errors");
  const button = document.getElementById("new-customer-button").content.firstElementChild.cloneNode(true);
  select.parentElement.append(button);
  button.addEventListener("click", () => dialog.showModal());
  dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    errors.replaceChildren();
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form), credentials: "same-origin" });
    if (answer.status === 201) return choose(await answer.json());
    const told = answer.status === 422 ? await answer.json() : { errors: { "": [`${answer.status} ${answer.statusText}`] } };
    form.querySelector(".bc-twin").hidden = !told.errors.is_no_twin;
    for (const [field, texts] of Object.entries(told.errors)) show(field, texts);
    for (const [address, name, why] of told.twins ?? []) link(address, name, why);
  });

  function show(field, texts) {
    const label = form.querySelector(`.bc-grid [name="${field}"]`)?.parentElement.firstChild.textContent.trim();
    for (const text of texts) {
      const line = document.createElement("p");
      line.className = "bc-warning";
      line.textContent = label ? `${label}: ${text}` : text;
      errors.append(line);
    }
  }

  function link(address, name, why) {
    const twin = Object.assign(document.createElement("a"), { href: address, textContent: name, target: "_blank" });
    twin.className = "bc-link";
    errors.lastElementChild.append(" ", twin, ` (${why})`);
  }

  function choose(customer) {
    select.add(new Option(customer.text, customer.id, true, true));
    django.jQuery(select).trigger("change").trigger({ type: "select2:select", params: { data: customer } });
    form.reset();
    dialog.close();
    button.focus();
  }
});
