// The customer of an intake: found while typing, fills contact fields that are empty, warns where there is reason.
document.addEventListener("DOMContentLoaded", () => {
  const $ = django.jQuery;
  const fills = { name: "id_customer_name", email: "id_contact_email", phone: "id_contact_phone" };

  // Never over what somebody typed; but what another customer had filled goes with that customer.
  const isFree = (field) => !field.value.trim() || field.value === field.dataset.filled;

  document.querySelectorAll("select.bc-customer-select").forEach((select) => {
    const note = document.createElement("p");
    note.className = "bc-warning";
    note.setAttribute("role", "status");
    note.hidden = true;

    $(select).select2({
      theme: "admin-autocomplete",
      width: "100%",
      allowClear: true,
      placeholder: select.dataset.placeholder,
      ajax: {
        url: select.dataset.url,
        delay: Number(select.dataset.delay),
        data: (asked) => ({ term: asked.term || "" }),
      },
    });
    select.parentElement.append(note);

    $(select).on("select2:select", (event) => {
      const customer = event.params.data;
      for (const [key, id] of Object.entries(fills)) {
        const field = document.getElementById(id);
        if (!field || !isFree(field)) continue;
        field.value = field.dataset.filled = customer[key] || "";
      }
      note.textContent = customer.warning || "";
      note.hidden = !customer.warning;
    });
    $(select).on("select2:clear", () => { note.hidden = true; });
  });
});
