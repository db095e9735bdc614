// Keys and live counts. Everything works without this file; it adds no state of its own.
//
// data-key="a"       this link or button is pressed by the key a; "g q" by g, then q
// data-key-label     what the list of keys says of it (else its own words)
// data-open="id"     opens the dialog or the <details> of that id
// data-rows          a list whose links (data-row) are walked with j and k, opened with Enter
// data-count="name"  shows that number of /api/v1/counts
// data-live="5"      this part (with an id) is fetched again every so many seconds, until it says so no more
// data-renew="/path" a desk is kept while somebody works: the form of that id is sent now and then
"use strict";
(() => {
  const root = document.documentElement;
  root.classList.add("with-script");

  const isWriting = (target) =>
    target instanceof HTMLElement &&
    (target.isContentEditable || ["TEXTAREA", "SELECT"].includes(target.tagName) ||
      (target.tagName === "INPUT" && !["checkbox", "radio", "button", "submit"].includes(target.type)));

  const isShown = (element) => element.checkVisibility() && !element.disabled;

  const pressable = (keys) =>
    [...document.querySelectorAll("[data-key]")].find((one) => one.dataset.key === keys && isShown(one));

  function press(element) {
    if (element.dataset.open) {
      open(element.dataset.open);
    } else if (["INPUT", "TEXTAREA", "SELECT"].includes(element.tagName)) {
      element.focus();
    } else {
      element.click();
    }
  }

  function open(id) {
    const place = document.getElementById(id);
    if (!place) return;
    if (place.tagName === "DIALOG") {
      if (id === "keys") listKeys(place);
      place.showModal();
      return;
    }
    if (place.tagName === "DETAILS") place.open = true;
    const field = place.querySelector("textarea, select, input:not([type=hidden])");
    (field || place.querySelector("summary") || place).focus();
    place.scrollIntoView({ block: "nearest" });
  }

  function listKeys(dialog) {
    const body = dialog.querySelector("[data-keys]");
    body.replaceChildren();
    const said = new Set();
    for (const one of document.querySelectorAll("[data-key]")) {
      if (!isShown(one) || said.has(one.dataset.key)) continue;
      said.add(one.dataset.key);
      const row = body.insertRow();
      const cell = row.insertCell();
      for (const key of one.dataset.key.split(" ")) {
        const shown = document.createElement("kbd");
        shown.textContent = key;
        cell.append(shown, " ");
      }
      const words = one.dataset.keyLabel || (one.textContent || one.getAttribute("aria-label") || "");
      row.insertCell().textContent = words.replace(/\s+/g, " ").trim();
    }
  }

  function walk(step) {
    const rows = [...document.querySelectorAll("[data-rows] [data-row]")].filter(isShown);
    if (!rows.length) return;
    const now = rows.indexOf(document.activeElement);
    const next = now < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(Math.max(now + step, 0), rows.length - 1);
    rows[next].focus();
  }

  let first = "";
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (document.querySelector("dialog[open]")) return;
    if (isWriting(event.target)) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    const keys = first ? `${first} ${event.key}` : event.key;
    first = "";
    const found = pressable(keys);
    if (found) {
      event.preventDefault();
      press(found);
    } else if (event.key === "g") {
      first = "g";
      setTimeout(() => { first = ""; }, 1500);
    } else if (event.key === "j" || event.key === "k") {
      event.preventDefault();
      walk(event.key === "j" ? 1 : -1);
    }
  });

  // Ctrl+Enter in a field sends its form.
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.form) {
      event.preventDefault();
      event.target.form.requestSubmit();
    }
  });

  for (const one of document.querySelectorAll("[data-open]:not(summary)")) {
    one.addEventListener("click", (event) => {
      event.preventDefault();
      open(one.dataset.open);
    });
  }

  // A form is sent once, however often its button is pressed.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method === "dialog") return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
  });
  addEventListener("pageshow", () => {
    for (const form of document.forms) delete form.dataset.sent;
  });

  const counts = [...document.querySelectorAll("[data-count]")];
  async function count() {
    if (document.hidden || !counts.length) return;
    try {
      const answer = await fetch("/api/v1/counts", { headers: { accept: "application/json" } });
      if (!answer.ok) return;
      const numbers = await answer.json();
      for (const one of counts) {
        const number = numbers[one.dataset.count];
        one.hidden = !number;
        one.textContent = number || "";
      }
    } catch {
      // The server is away for a moment: the numbers stay as they are.
    }
  }
  count();
  setInterval(count, 30000);
})();

// A draft stays on the desk while somebody works on it.
(() => {
  const form = document.querySelector("form[data-renew]");
  if (!form) return;
  let worked = true;
  for (const kind of ["keydown", "pointermove", "scroll"]) {
    document.addEventListener(kind, () => { worked = true; }, { passive: true });
  }
  setInterval(() => {
    if (!worked || document.hidden) return;
    worked = false;
    fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) }).catch(() => {});
  }, 120000);
})();

// What is under way is looked at again; the page is the server's, only the part is exchanged.
(() => {
  const live = document.querySelector("[data-live][id]");
  if (!live) return;
  const timer = setInterval(async () => {
    const now = document.getElementById(live.id);
    if (document.hidden || (now.contains(document.activeElement) && document.activeElement !== now)) return;
    try {
      const answer = await fetch(location.href, { headers: { accept: "text/html" } });
      if (!answer.ok || answer.redirected) return;
      const made = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(live.id);
      if (!made) return;
      now.replaceWith(document.adoptNode(made));
      if (!made.dataset.live) clearInterval(timer);
    } catch {
      // The server is away for a moment: what was shown stays.
    }
  }, 1000 * Number(live.dataset.live));
})();
