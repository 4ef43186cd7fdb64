/* Reads a part of the page aloud for people who read with difficulty. Hidden where the browser has no voice. */

import { each, word } from "./page.js";

each("[data-read-aloud]", (button) => {
  if (!("speechSynthesis" in window)) return;
  button.hidden = false;
  const label = button.lastChild;
  const start = label.textContent;
  const stopped = () => {
    button.setAttribute("aria-pressed", "false");
    label.textContent = start;
  };
  button.addEventListener("click", () => {
    if (button.getAttribute("aria-pressed") === "true") {
      speechSynthesis.cancel();
      stopped();
      return;
    }
    const source = document.querySelector(button.dataset.readAloud);
    // Sentence by sentence: some browsers cut a long utterance off after about fifteen seconds.
    const sentences = source.innerText.split(/(?<=[。！？；\n])/).map((text) => text.trim()).filter(Boolean);
    speechSynthesis.cancel();
    sentences.forEach((text, index) => {
      const voice = new SpeechSynthesisUtterance(text);
      voice.lang = document.documentElement.lang.startsWith("en") ? "en-GB" : "zh-CN";
      voice.rate = 0.9;
      if (index === sentences.length - 1) voice.onend = stopped;
      speechSynthesis.speak(voice);
    });
    button.setAttribute("aria-pressed", "true");
    label.textContent = word("stop");
  });
  window.addEventListener("pagehide", () => speechSynthesis.cancel());
});
