(() => {
  "use strict";
  const value = (row, column) => {
    const cell = row.children[column];
    if (!cell) return "";
    const text = cell.dataset.value ?? cell.textContent.trim();
    const number = parseFloat(text);
    return Number.isNaN(number) ? text : number;
  };
  const compare = (a, b) => {
    if (typeof a === "number" && typeof b === "number") return a - b;
    if (typeof a === "number") return -1;
    if (typeof b === "number") return 1;
    return a.localeCompare(b);
  };
  for (const table of document.querySelectorAll("table.sortable")) {
    const heads = [...table.querySelectorAll("thead th")];
    heads.forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = head.textContent;
      head.replaceChildren(button);
      button.addEventListener("click", () => {
        const up = head.getAttribute("aria-sort") !== "ascending";
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", up ? "ascending" : "descending");
        const body = table.tBodies[0];
        const rows = [...body.rows];
        rows.sort((a, b) => (up ? 1 : -1) * compare(value(a, column), value(b, column)));
        body.append(...rows);
      });
    });
  }
  for (const table of document.querySelectorAll("table.filtered")) {
    const tools = document.createElement("div");
    tools.className = "tools";
    const label = document.createElement("label");
    const search = document.createElement("input");
    search.type = "search";
    label.append("Filter ", search);
    tools.append(label);
    const families = [...new Set([...table.tBodies[0].rows].map((row) => row.dataset.family))];
    const boxes = families.length < 2 ? [] : families.map((family) => {
      const box = document.createElement("input");
      box.type = "checkbox";
      box.checked = true;
      box.value = family;
      const name = document.createElement("label");
      name.append(box, " " + family.replace("_", " "));
      tools.append(name);
      return box;
    });
    const show = () => {
      const wanted = search.value.toLowerCase();
      const hidden = new Set(boxes.filter((box) => !box.checked).map((box) => box.value));
      for (const row of table.tBodies[0].rows) {
        row.hidden = hidden.has(row.dataset.family) || !row.textContent.toLowerCase().includes(wanted);
      }
    };
    search.addEventListener("input", show);
    boxes.forEach((box) => box.addEventListener("change", show));
    table.parentElement.before(tools);
  }
  const citations = document.getElementById("citations");
  if (citations && navigator.clipboard) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Copy";
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText([...citations.children].map((item) => item.textContent).join("\n"));
      button.textContent = "Copied";
    });
    const tools = document.createElement("div");
    tools.className = "tools";
    tools.append(button);
    citations.after(tools);
  }
})();
