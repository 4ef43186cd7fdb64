/* Enter goes to the next field, as on a paper form; Ctrl+Enter sends. In a text area Enter is a new line. */

const FIELDS = "input:not([type=hidden], [type=file]), select, textarea, button.primary";

document.addEventListener("keydown", (event) => {
  const form = event.target.closest?.("form[data-enter-moves-on]");
  if (!form || event.isComposing || event.defaultPrevented || event.key !== "Enter") return;
  if (event.ctrlKey || event.metaKey) {
    event.preventDefault();
    form.requestSubmit();
    return;
  }
  if (!event.target.matches("input, select") || event.target.matches("[type=submit], [type=button]")) return;
  event.preventDefault();
  const fields = [...form.querySelectorAll(FIELDS)].filter(
    (field) => !field.disabled && field.tabIndex >= 0 && field.getClientRects().length > 0,
  );
  const radio = event.target.type === "radio" ? event.target.name : null;
  const here = fields.indexOf(event.target);
  const next = fields.slice(here + 1).find((field) => !radio || field.name !== radio);
  next?.focus();
  if (next?.matches("input:not([type=checkbox], [type=radio])")) next.select();
});
