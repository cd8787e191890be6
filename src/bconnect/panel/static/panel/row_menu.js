// The menu of a row with the keyboard, as menus work elsewhere: it takes the focus, arrows move in it, Escape leaves it.
// The theme opens it with the mouse, and keeps it at the end of the document.
(() => {
  const MOVES = {
    ArrowDown: (at, count) => (at + 1) % count,
    ArrowUp: (at, count) => (at - 1 + count) % count,
    Home: () => 0,
    End: (at, count) => count - 1,
  };
  const menuOf = (trigger) => trigger.parentElement.querySelector("template")?._x_teleport;

  function name(trigger, menu) {
    const what = trigger.closest("td").dataset.label;
    const whose = trigger.closest("tr").querySelector("th")?.textContent.trim() ?? "";
    trigger.setAttribute("aria-haspopup", "menu");
    menu.setAttribute("role", "menu");
    for (const each of [trigger, menu]) each.setAttribute("aria-label", `${what}: ${whose}`);
  }

  function prepare(trigger) {
    const menu = menuOf(trigger);
    if (!menu || trigger.hasAttribute("aria-haspopup")) return;
    name(trigger, menu);
    const items = [...menu.querySelectorAll("a")];
    for (const item of items) {
      item.setAttribute("role", "menuitem");
      item.setAttribute("tabindex", "-1");
    }
    const state = Alpine.$data(trigger);
    const isOpen = trigger.getAttribute("x-on:click").split(" ")[0]; // "openActionsId7 = !openActionsId7"
    Alpine.effect(() => trigger.setAttribute("aria-expanded", String(state[isOpen])));
    // The theme shows it a moment after it is told to.
    const enter = () => requestAnimationFrame(() => requestAnimationFrame(() => items[0].focus()));
    trigger.addEventListener("click", (event) => {
      const isByKeyboard = event.detail === 0;
      if (isByKeyboard && state[isOpen]) enter();
    });
    trigger.addEventListener("keydown", (event) => {
      if (event.key === "Escape") state[isOpen] = false;
      if (event.key !== "ArrowDown") return;
      event.preventDefault();
      state[isOpen] = true;
      enter();
    });
    menu.addEventListener("keydown", (event) => {
      const move = MOVES[event.key];
      if (move) items[move(items.indexOf(document.activeElement), items.length)].focus();
      if (move || event.key === "Escape") event.preventDefault();
      if (event.key !== "Escape" && event.key !== "Tab") return;
      state[isOpen] = false;
      trigger.focus(); // from where Tab goes on
    });
  }

  const prepareAll = () => document.querySelectorAll("[x-ref^=rowDropdown]").forEach(prepare);
  document.addEventListener("DOMContentLoaded", prepareAll);
  window.addEventListener("load", prepareAll);
})();
