// Quiz: choose an option, press Check, and read why it is right or wrong.
// Arrow keys select as in any radio group; only Check (or Enter) answers, so that walking over the
// options gives nothing away and counts for nothing.
import { button } from "../_shared/choices.js";
import { batch, element, openPage, send } from "../_shared/dom.js";
import { counted } from "../_shared/text.js";

function render({ model, el }) {
  const page = openPage({ model, el, class: "cnnlab-quiz" });
  const { root, say } = page;
  const form = element("div");
  const count = element("p", { class: "cnnlab-quiz-count" });
  const again = button("Start again", restart);
  const heading = element("p", { class: "cnnlab-quiz-title" });
  let cards = [];

  // ---- from the reader to the traits -------------------------------------------------------
  function answer(k, option) {
    const answers = model.get("answers").with(k, option);
    const firsts = model.get("first_answers");
    send(model, { first_answers: firsts.with(k, firsts[k] ?? option), answers });
    const chosen = model.get("questions")[k].options[option];
    say(plain(feedback(chosen)) + (answers.includes(null) ? "" : ` ${score()}`));
  }
  function restart() {
    const blank = model.get("questions").map(() => null);
    send(model, { first_answers: blank, answers: blank });
    build(); // what was chosen and not checked goes, too
    say("All answers are taken back.");
    cards[0].focus();
  }

  // ---- from the traits to the page ---------------------------------------------------------
  function build() {
    cards = model.get("questions").map((question, k) => card(question, k, answer));
    form.replaceChildren(...cards.map(({ node }) => node));
    heading.textContent = model.get("title");
    root.setAttribute("aria-label", model.get("title"));
    draw();
  }
  function score() {
    const firsts = model.get("first_answers");
    const questions = model.get("questions");
    const right = firsts.filter((option, k) => option !== null && questions[k].options[option].right).length;
    if (firsts.every((option) => option === null)) return `${counted(questions.length, "question")}, none answered yet.`;
    return `${right} of ${questions.length} right at the first try.`;
  }
  function draw() {
    const answers = model.get("answers");
    const whole = answers.length === cards.length && model.get("first_answers").length === cards.length;
    if (!whole) return; // new questions have come, and their blank answers are still on the way
    cards.forEach((card, k) => card.draw(answers[k]));
    count.textContent = score();
  }

  build();
  root.append(heading, form, element("div", { class: "cnnlab-options" }, again, count), ...page.spoken);
  page.on(["questions", "title"], batch(build));
  page.on(["answers", "first_answers"], batch(draw));
  return page.close;
}

/** One question: a group of radio buttons, its Check button, and the feedback below the option. */
function card(question, k, answer) {
  const radios = [];
  const notes = [];
  const lines = question.options.map(({ text }, option) => {
    radios.push(element("input", { type: "radio", name: "option", value: option, onchange: () => (hint.textContent = "") }));
    notes.push(element("p", { class: "cnnlab-quiz-why", hidden: true }));
    const label = element("label", { class: "cnnlab-quiz-option" }, radios[option], element("span", {}, ...marked(text)));
    return element("div", {}, label, notes[option]);
  });
  const hint = element("span", { class: "cnnlab-quiz-hint", role: "status" });
  const check = element("button", { type: "submit", class: "cnnlab-button cnnlab-text", "aria-label": `Check question ${k + 1}` }, "Check");
  const legend = element("legend", { class: "cnnlab-quiz-ask" }, `${k + 1}. `, ...marked(question.ask));
  const submit = (event) => {
    event.preventDefault();
    const option = radios.findIndex((radio) => radio.checked);
    if (option < 0) hint.textContent = "Choose an answer first.";
    else answer(k, option);
  };
  const node = element("form", { class: "cnnlab-quiz-card", onsubmit: submit },
    element("fieldset", {}, legend, ...lines), element("div", { class: "cnnlab-quiz-check" }, check, hint));
  let drawn = null;
  return {
    node,
    focus: () => radios[0].focus(),
    draw(chosen) {
      notes.forEach((note, option) => {
        note.hidden = option !== chosen;
        note.classList.toggle("cnnlab-quiz-right", question.options[option].right);
        note.replaceChildren(...(option === chosen ? marked(feedback(question.options[option])) : []));
      });
      if (chosen !== drawn) radios.forEach((radio, option) => (radio.checked = option === chosen));
      drawn = chosen;
      hint.textContent = "";
    },
  };
}

function feedback({ right, why }) {
  return `${right ? "✓ Right." : "✗ Not this one."} ${why}`;
}

/** What a screen reader hears: no signs, no backticks. */
function plain(text) {
  return text.replace(/^[✓✗] /, "").replace(/`([^`]+)`/g, "$1");
}

/** Text with code in backticks, as nodes; nothing else is markup. */
function marked(text) {
  return text.split(/`([^`]+)`/).map((part, k) => (k % 2 ? element("code", {}, part) : part));
}

export default { render };
