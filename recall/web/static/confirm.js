// Lights a clause and its words together, and counts what a correction would bring in while it is typed.
"use strict";

const pieces = [...document.querySelectorAll("[data-clauses]")];
const clauses = new Map([...document.querySelectorAll("[data-clause]")].map((row) => [row.dataset.clause, row]));

function light(numbers, on) {
  for (const number of numbers) clauses.get(number)?.classList.toggle("lit", on);
  for (const piece of pieces) {
    if (piece.dataset.clauses.split(" ").some((number) => numbers.includes(number))) piece.classList.toggle("lit", on);
  }
}

function watch(element, numbers) {
  for (const [event, on] of [["mouseenter", true], ["focusin", true], ["mouseleave", false], ["focusout", false]]) {
    element.addEventListener(event, () => light(numbers, on));
  }
}

for (const piece of pieces) watch(piece, piece.dataset.clauses.split(" "));
for (const [number, row] of clauses) watch(row, [number]);

const panel = document.getElementById("preview");
let asked = 0;

async function count(form) {
  const turn = ++asked;
  const answer = await fetch(panel.dataset.address, { method: "POST", body: new FormData(form) });
  const counts = answer.ok ? await answer.json() : { refused: (await answer.json()).detail };
  if (turn !== asked) return;
  for (const place of panel.querySelectorAll("[data-count]")) {
    const value = counts[place.dataset.count];
    if (place.dataset.count === "refused") {
      place.textContent = value || "";
      place.hidden = !value;
    } else if (place.dataset.count === "cover" && value) {
      place.textContent = panel.querySelector(`[data-word="${value}"]`).textContent;
    } else if (typeof value === "number") {
      place.textContent = value.toLocaleString("en");
    }
  }
}

for (const form of document.querySelectorAll("form.try")) {
  let waiting = 0;
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => count(form), 250);
  });
}
