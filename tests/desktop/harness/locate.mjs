/**
 * The first visible element with a role and an accessible name. Runs in the page, so it uses nothing from here.
 * `usable` leaves out what is disabled. The roles are those that our tests ask for; `within` narrows to an element of that role.
 */
export function locate(wanted) {
  const selectors = {
    alert: "[role=alert]",
    button: "button, [role=button]",
    checkbox: "input[type=checkbox], [role=checkbox]",
    dialog: "dialog, [role=dialog], [role=alertdialog]",
    heading: "h1, h2, h3, h4, [role=heading]",
    link: "a[href], [role=link]",
    listitem: "li, [role=listitem]",
    main: "main, [role=main]",
    menuitem: "[role=menuitem], [role=menuitemradio], [role=menuitemcheckbox]",
    navigation: "nav, [role=navigation]",
    option: "option, [role=option]",
    radio: "input[type=radio], [role=radio]",
    row: "tr, [role=row]",
    switch: "[role=switch]",
    tab: "[role=tab]",
    textbox: "input:not([type=checkbox], [type=radio]), textarea, [contenteditable=true], [role=textbox]",
  };
  const plain = (text) => (text ?? "").replace(/\s+/g, " ").trim();
  const named = (element) => {
    const labelledBy = element.getAttribute("aria-labelledby");
    if (element.getAttribute("aria-label")) return plain(element.getAttribute("aria-label"));
    if (labelledBy) {
      return plain(
        labelledBy
          .split(/\s+/)
          .map((id) => document.getElementById(id)?.textContent)
          .join(" "),
      );
    }
    if (element.labels?.length) return plain(element.labels[0].textContent);
    const fields = "input, textarea, select, [contenteditable=true], [role=textbox]";
    if (element.matches(fields)) return plain(element.getAttribute("placeholder") ?? element.title);
    const spoken = element.cloneNode(true);
    for (const silent of spoken.querySelectorAll("[aria-hidden=true], kbd")) silent.remove();
    return plain(spoken.textContent) || plain(element.title);
  };
  const matches = (name) =>
    wanted.name === undefined ||
    (wanted.name.regexp
      ? new RegExp(wanted.name.regexp, wanted.name.flags).test(name)
      : name === wanted.name);
  const visible = (element) => {
    const box = element.getBoundingClientRect();
    return box.width > 0 && box.height > 0 && getComputedStyle(element).visibility === "visible";
  };
  const usable = (element) => !element.matches(":disabled, [aria-disabled=true]");
  const scopes = wanted.within ? [...document.querySelectorAll(selectors[wanted.within])] : [document];
  for (const scope of scopes) {
    for (const element of scope.querySelectorAll(selectors[wanted.role])) {
      if (visible(element) && matches(named(element)) && (!wanted.usable || usable(element))) return element;
    }
  }
  return null;
}
