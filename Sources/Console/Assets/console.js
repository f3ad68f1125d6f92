"use strict";
// Pages follow what happens: when the agent says that something has changed, the page is asked for again and the parts
// that differ are exchanged. A part in which somebody is writing stays as it is. Nothing here is needed to answer.

const local = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

function showLocalTimes(root) {
  for (const time of root.querySelectorAll("time[datetime]")) {
    const moment = new Date(time.dateTime);
    if (!Number.isNaN(moment.valueOf())) {
      time.title = time.textContent;
      time.textContent = local.format(moment);
    }
  }
}

function isBeingUsed(part) {
  if (part.contains(document.activeElement) && document.activeElement.matches("input, textarea, select")) return true;
  return [...part.querySelectorAll("input:not([type=hidden]), textarea")].some((field) => field.value !== field.defaultValue);
}

function exchange(part, fresh) {
  // What somebody has opened stays open.
  for (const open of part.querySelectorAll("details[open][id]")) {
    const again = [...fresh.querySelectorAll("details[id]")].find((one) => one.id === open.id);
    if (again) again.open = true;
  }
  if (part.outerHTML === fresh.outerHTML || isBeingUsed(part)) return;
  const focus = part.contains(document.activeElement) ? document.activeElement : null;
  part.replaceWith(fresh);
  if (!focus) return;
  const again = focus.id
    ? document.getElementById(focus.id)
    : [...fresh.querySelectorAll(focus.tagName)].find((one) => one.textContent === focus.textContent);
  if (again) again.focus();
}

let isLoading = false;
let isStale = false;

async function refresh() {
  if (isLoading) { isStale = true; return; }
  isLoading = true;
  try {
    const answer = await fetch(location.pathname, { headers: { accept: "text/html" } });
    if (answer.redirected) { location.reload(); return; }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    showLocalTimes(page);
    document.title = page.title;
    for (const part of document.querySelectorAll("[data-part]")) {
      const fresh = page.getElementById(part.id);
      if (fresh) exchange(part, document.importNode(fresh, true));
      else if (!isBeingUsed(part)) part.remove();
    }
    insertNewParts(page);
  } catch {
    tell("Not connected");
  } finally {
    isLoading = false;
    if (isStale) { isStale = false; refresh(); }
  }
}

// A part that was not there before comes behind the one that precedes it on the fresh page.
function insertNewParts(page) {
  for (const fresh of page.querySelectorAll("main > [data-part]")) {
    if (document.getElementById(fresh.id)) continue;
    const before = fresh.previousElementSibling;
    const place = before && before.id ? document.getElementById(before.id) : null;
    const part = document.importNode(fresh, true);
    if (place) place.after(part); else document.querySelector("main").append(part);
  }
}

function tell(words) {
  const line = document.getElementById("connection");
  if (line && line.textContent !== words) line.textContent = words;
}

showLocalTimes(document);
// What was said once is not said again after reloading.
if (location.search.includes("said=")) history.replaceState(null, "", location.pathname + location.hash);

const events = document.body.dataset.live;
if (events) {
  const source = new EventSource(events);
  let wasOpen = false;
  source.addEventListener("open", () => {
    tell("Live");
    if (wasOpen) refresh();
    wasOpen = true;
  });
  source.addEventListener("change", refresh);
  source.addEventListener("error", () => tell("Not connected; trying again"));
}
