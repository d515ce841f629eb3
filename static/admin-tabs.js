// Puts the fieldsets of class "tab" under one row of tabs; a language with errors is opened first. Without scripts they stand one below another.
"use strict";
const panels = [...document.querySelectorAll("fieldset.tab")];
if (panels.length > 1) {
  const row = document.createElement("div");
  row.className = "language-tabs";
  row.setAttribute("role", "tablist");
  const open = (chosen) => {
    for (const panel of panels) {
      panel.hidden = panel !== chosen;
      const tab = document.getElementById(panel.getAttribute("aria-labelledby"));
      tab.setAttribute("aria-selected", String(panel === chosen));
      tab.tabIndex = panel === chosen ? 0 : -1;
    }
  };
  panels.forEach((panel, number) => {
    const tab = document.createElement("button");
    const heading = panel.querySelector(".fieldset-heading, h2, summary");
    tab.type = "button";
    tab.id = `language-tab-${number}`;
    tab.textContent = heading.textContent;
    if (panel.querySelector(".errors")) tab.textContent += " (!)";
    heading.hidden = true;
    tab.setAttribute("role", "tab");
    panel.id ||= `language-panel-${number}`;
    tab.setAttribute("aria-controls", panel.id);
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-labelledby", tab.id);
    tab.addEventListener("click", () => open(panel));
    tab.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (!step) return;
      const next = panels[(number + step + panels.length) % panels.length];
      open(next);
      document.getElementById(next.getAttribute("aria-labelledby")).focus();
    });
    row.append(tab);
  });
  panels[0].before(row);
  open(panels.find((panel) => panel.querySelector(".errors")) || panels[0]);
}
