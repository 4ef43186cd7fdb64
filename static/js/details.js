/* Menus made of <details class="fold"> close with Escape and by a click elsewhere. Links into a closed
   explanation open it, also in browsers that do not do so by themselves. */

document.addEventListener("click", (event) => {
  for (const fold of document.querySelectorAll("details.fold[open]")) {
    if (!fold.contains(event.target)) fold.open = false;
  }
  const link = event.target.closest?.("a[href^='#'], a[*|href^='#']");
  const name = link?.getAttribute("href");
  const target = name?.length > 1 && document.getElementById(name.slice(1));
  const details = target && target.closest("details");
  if (details) details.open = true;
});

document.addEventListener("keydown", (event) => {
  const fold = event.key === "Escape" && document.querySelector("details.fold[open]");
  if (fold) {
    fold.open = false;
    fold.querySelector("summary").focus();
    event.preventDefault();
  }
});
