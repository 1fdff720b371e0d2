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
function reveal(hash) {
  const target = document.getElementById(hash.slice(1));
  if (!target?.closest("[hidden]")) return;
  form.reset();
  update();
  target.scrollIntoView();
}
addEventListener("hashchange", () => reveal(location.hash));
document.addEventListener("click", (event) => {
  const link = event.target.closest('a[href^="#"]');
  if (link) reveal(link.hash); // the same link once more changes no hash
});
form.addEventListener("input", update);
update(); // the browser may have kept a choice
form.hidden = false;
