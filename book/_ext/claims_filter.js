// Show the claims of one source, one chapter, one verdict. Without this script all of them show.
const form = document.querySelector(".cnnlab-filter");
const claims = [...document.querySelectorAll(".cnnlab-claim")];

function update() {
  const wanted = [...form.querySelectorAll("select")].map((select) => select.value).filter(Boolean);
  for (const claim of claims) {
    claim.hidden = !wanted.every((kind) => claim.classList.contains(kind));
  }
  const shown = claims.filter((claim) => !claim.hidden);
  for (const source of document.querySelectorAll(".cnnlab-source")) {
    source.hidden = !shown.some((claim) => source.contains(claim));
  }
  form.querySelector("output").value = `${shown.length} of ${claims.length} shown`;
}

// A link to a claim that is filtered away shows all of them again.
addEventListener("hashchange", () => {
  const target = document.getElementById(location.hash.slice(1));
  if (!target?.closest("[hidden]")) return;
  form.reset();
  update();
  target.scrollIntoView();
});
form.addEventListener("input", update);
update(); // the browser may have kept a choice
form.hidden = false;
