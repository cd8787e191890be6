// Says aloud how a task stands, once per change: its page is fetched anew every second.
document.addEventListener("htmx:afterSwap", () => {
  const state = document.getElementById("errand")?.dataset.state;
  const news = document.getElementById("errand-news");
  if (news && state && news.textContent !== state) news.textContent = state;
});

// The page of a run that has just ended is shown anew as a whole: its figures stand all over it.
document.addEventListener("htmx:afterSwap", () => {
  if (document.querySelector("#run-live[data-over]")) window.location.reload();
});
