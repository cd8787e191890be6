// The customer list follows the data: every 30 seconds changed cells are put in place, and nothing else moves.
// What is ticked, the scroll position and the filters stay; rows that came or went are offered, not forced.
(() => {
  const CELLS = "td[class*='field-']:not(.field-actions_holder), th[class*='field-']";
  const key = (row) => row.querySelector("a[href*='/change/']")?.pathname;
  const rows = (page) => [...page.querySelectorAll("#result_list tbody tr")].filter(key);
  const words = (cell) => (cell.querySelector("time") ? cell.querySelector("time").dateTime : cell.textContent.trim());
  const busy = () => document.hidden || document.querySelector("[data-busy], dialog[open]");

  async function refresh(tools) {
    if (busy()) return;
    const answer = await fetch(location.href, { credentials: "same-origin" });
    if (!answer.ok || answer.redirected) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const now = new Map(rows(fresh).map((row) => [key(row), row]));
    const shown = rows(document);
    for (const row of shown) if (now.has(key(row))) patch(row, now.get(key(row)));
    const moved = shown.length !== now.size || shown.some((row) => !now.has(key(row)));
    tools.querySelector(".bc-moved").hidden = !moved;
  }

  function patch(row, fresh) {
    const cells = fresh.querySelectorAll(CELLS);
    row.querySelectorAll(CELLS).forEach((cell, number) => {
      const next = cells[number];
      if (!next || next.innerHTML === cell.innerHTML) return;
      if (words(cell) !== words(next)) {
        cell.classList.add("bc-flash");
        setTimeout(() => cell.classList.remove("bc-flash"), 2000);
      }
      cell.innerHTML = next.innerHTML;
    });
  }

  document.addEventListener("DOMContentLoaded", () => {
    const tools = document.getElementById("customer-tools");
    if (!tools) return;
    tools.querySelector(".bc-moved a").href = location.href;
    setInterval(() => refresh(tools).catch(() => {}), Number(tools.dataset.refreshS) * 1000);
    document.addEventListener("bc:refresh", () => refresh(tools)); // for whoever can't wait
  });
})();
