// What the theme leaves out for people who use a keyboard or a screen reader.
(() => {
  const CLICKABLE = "a:not([href]), span[x-on\\:click], div[x-on\\:click]";

  function improve() {
    document.getElementById("main")?.setAttribute("role", "main");
    const sidebar = document.getElementById("nav-sidebar");
    sidebar?.setAttribute("role", "navigation");
    sidebar?.setAttribute("aria-label", "bconnect");
    for (const element of document.querySelectorAll(CLICKABLE)) {
      if (!element.hasAttribute("x-on:click") || element.hasAttribute("tabindex")) continue;
      element.setAttribute("tabindex", "0");
      element.setAttribute("role", "button");
    }
    for (const select of document.querySelectorAll("select.select2-hidden-accessible")) {
      const label = document.querySelector(`label[for="${select.id}"]`)?.textContent.trim();
      const box = select.nextElementSibling?.querySelector(".select2-selection");
      for (const each of label && box ? [box, ...box.querySelectorAll("[role=textbox]")] : []) {
        if (!each.hasAttribute("aria-label")) each.setAttribute("aria-label", label);
      }
    }
  }

  // On a phone a row of a table is shown as a card (panel.css): each cell says which column it is of.
  // The preview of a merge says it itself (merge.css): its columns are customers.
  function nameCells() {
    for (const table of document.querySelectorAll(".bc-table:not(.bc-bars, .bc-merge)")) {
      const names = [...table.querySelectorAll("thead th")].map((head) => head.textContent.trim());
      if (names.length < 3) continue;
      table.classList.add("bc-stacked");
      for (const row of table.querySelectorAll("tbody tr")) {
        [...row.children].forEach((cell, place) => { cell.dataset.label = names[place] ?? ""; });
      }
    }
  }

  document.addEventListener("keydown", (event) => {
    const element = event.target;
    if (!["Enter", " "].includes(event.key) || !element.matches?.("[role=button][tabindex='0']")) return;
    if (element.tagName === "BUTTON") return;
    event.preventDefault();
    element.click();
  });

  // A form that was refused is read from what is wrong with it, also where that stands below the fold.
  document.addEventListener("DOMContentLoaded", () => document.querySelector(".bc-errornote, .bc-twins")?.focus());
  document.addEventListener("DOMContentLoaded", nameCells);
  document.addEventListener("htmx:afterSettle", nameCells);
  document.addEventListener("DOMContentLoaded", improve);
  window.addEventListener("load", improve);
})();
