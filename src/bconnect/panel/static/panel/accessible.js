// What the theme leaves out for people who use a keyboard or a screen reader.
(() => {
  const CLICKABLE = "a:not([href]), span[x-on\\:click], div[x-on\\:click]";

  // What is said only to those who don't see the page, in their language (templates/panel/spoken.html).
  const spoken = () => document.getElementById("bc-spoken")?.dataset ?? {};
  const NAMES = {
    dock_to_right: "menu", sync_alt: "home", search: "search", close: "close",
    more_horiz: "more", computer: "theme", light_mode: "theme", dark_mode: "theme",
  };

  // Icons are letters of a font: "sync_alt" is not for reading out. A control that is only an icon gets a name.
  function nameIcons(words) {
    for (const icon of document.querySelectorAll(".material-symbols-outlined")) {
      const control = icon.closest("a, button, [role=button]");
      const name = words[NAMES[icon.textContent.trim()]];
      if (control && name && !isNamed(control)) control.setAttribute("aria-label", name);
      if (icon !== control && (!control || isNamed(control))) icon.setAttribute("aria-hidden", "true");
    }
  }

  function isNamed(control) {
    if (control.matches("[aria-label], [title]")) return true;
    const text = control.cloneNode(true);
    text.querySelectorAll(".material-symbols-outlined").forEach((icon) => icon.remove());
    return !control.matches(".material-symbols-outlined") && text.textContent.trim() !== "";
  }

  function regionName(region, words) {
    if (region.closest("#nav-sidebar")) return words.places;
    return region.closest("#changelist-filter") ? words.filters : words.rows;
  }

  function nameRegions(words) {
    document.getElementById("changelist-filter-close")?.setAttribute("aria-label", words.close ?? "");
    for (const region of document.querySelectorAll(".simplebar-content-wrapper[role=region]")) {
      const name = regionName(region, words);
      if (name) region.setAttribute("aria-label", name);
    }
  }

  // Past the menu, to what the page is about: the first thing that Tab finds.
  function addSkipLink(words) {
    const content = document.getElementById("content");
    if (!content || !words.skip || document.querySelector(".bc-skip")) return;
    const link = Object.assign(document.createElement("a"), { className: "bc-skip", href: "#content", textContent: words.skip });
    content.setAttribute("tabindex", "-1");
    document.body.prepend(link);
  }

  function improve() {
    const words = spoken();
    (document.getElementById("main") ?? document.getElementById("page"))?.setAttribute("role", "main");
    addSkipLink(words);
    const sidebar = document.getElementById("nav-sidebar");
    sidebar?.setAttribute("role", "navigation");
    sidebar?.setAttribute("aria-label", "bconnect");
    for (const element of document.querySelectorAll(CLICKABLE)) {
      if (!element.hasAttribute("x-on:click") || element.hasAttribute("tabindex")) continue;
      element.setAttribute("tabindex", "0");
      element.setAttribute("role", "button");
    }
    nameIcons(words);
    nameRegions(words);
    for (const select of document.querySelectorAll("select.select2-hidden-accessible")) {
      const label = document.querySelector(`label[for="${select.id || `id_${select.name}`}"]`)?.textContent.trim();
      const box = select.nextElementSibling?.querySelector(".select2-selection");
      for (const each of label && box ? [box, ...box.querySelectorAll("[role=textbox], .select2-search__field")] : []) {
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

  // A form that was refused is read from what is wrong with it, also where that stands below the fold. Not before all is
  // loaded: a script of Django's, which comes whenever it comes, gives the focus to a new form's first field.
  window.addEventListener("load", () => document.querySelector(".bc-errornote, .bc-twins")?.focus());
  document.addEventListener("DOMContentLoaded", nameCells);
  document.addEventListener("htmx:afterSettle", nameCells);
  document.addEventListener("DOMContentLoaded", () => {
    improve();
    window.django?.jQuery?.(improve); // once select2, which waits for it too, has made its boxes
  });
  window.addEventListener("load", improve);
})();
