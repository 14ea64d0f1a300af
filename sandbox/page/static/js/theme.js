// Runs before the first paint, so that nobody sees the other theme flash by. `?theme=dark|light` wins over
// the last choice made here, which wins over what the system prefers.
(() => {
  const asked = new URLSearchParams(location.search).get("theme");
  const kept = localStorage.getItem("tandem.theme");
  const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  document.documentElement.dataset.theme = [asked, kept].find((t) => t === "dark" || t === "light") ?? system;
})();
