/* Large letters, contrast, dark: at once on the page, remembered in a cookie that the server reads. */

const YEAR = 365 * 24 * 3600;

document.addEventListener("submit", (event) => {
  const form = event.target;
  const button = event.submitter;
  if (!form.matches("form.switches") || !button?.dataset.on) return;
  event.preventDefault();
  const { name, value } = button;
  document.cookie = `${name}=${value};path=/;max-age=${YEAR};samesite=lax`;
  const root = document.documentElement;
  if (value === "normal") delete root.dataset[name];
  else root.dataset[name] = value;
  show();
});

function show() {
  const root = document.documentElement;
  const systemDark = matchMedia("(prefers-color-scheme: dark)").matches;
  for (const button of document.querySelectorAll("form.switches button[data-on]")) {
    const now = root.dataset[button.name] ?? (button.name === "theme" && systemDark ? "dark" : "");
    const on = now === button.dataset.on;
    button.setAttribute("aria-pressed", on ? "true" : "false");
    button.value = on ? button.dataset.off : button.dataset.on;
  }
}

show();
