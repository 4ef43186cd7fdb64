/* A call in the hall: two soft tones, then the sentence, spoken. One call at a time, none lost. */

const queue = [];
let busy = false;
let audio = null;

/** True once the browser lets us make sound (it wants one touch of a person first, unless it is set up as a kiosk). */
export async function unlock() {
  audio ??= new AudioContext();
  if (audio.state !== "running") await Promise.race([audio.resume(), new Promise((done) => setTimeout(done, 300))]);
  return audio.state === "running";
}

function tone(frequency, start, length) {
  const oscillator = audio.createOscillator();
  const gain = audio.createGain();
  oscillator.type = "sine";
  oscillator.frequency.value = frequency;
  gain.gain.setValueAtTime(0.0001, start);
  gain.gain.exponentialRampToValueAtTime(0.35, start + 0.02);
  gain.gain.exponentialRampToValueAtTime(0.0001, start + length);
  oscillator.connect(gain).connect(audio.destination);
  oscillator.start(start);
  oscillator.stop(start + length);
}

async function chime() {
  if (!(await unlock())) return;
  const now = audio.currentTime;
  tone(659.3, now, 0.7);
  tone(523.3, now + 0.35, 0.9);
  await new Promise((done) => setTimeout(done, 900));
}

function speak(text, lang) {
  return new Promise((done) => {
    if (!("speechSynthesis" in window) || !text) {
      done();
      return;
    }
    const voice = new SpeechSynthesisUtterance(text);
    voice.lang = lang;
    voice.rate = 0.85;
    voice.voice = speechSynthesis.getVoices().find((one) => one.lang.replace("_", "-").startsWith(lang)) ?? null;
    // A voice that never ends must not hold up the next call.
    const limit = setTimeout(done, 3000 + text.length * 400);
    voice.onend = voice.onerror = () => {
      clearTimeout(limit);
      done();
    };
    speechSynthesis.speak(voice);
  });
}

async function next() {
  if (busy || !queue.length) return;
  busy = true;
  const { text, lang } = queue.shift();
  try {
    await chime();
    await speak(text, lang);
    await speak(text, lang);
  } finally {
    busy = false;
    next();
  }
}

/** Put a call in the queue: chime, then the text twice. Letters and figures of a number are read one by one. */
export function announce({ text, number = "", lang = "zh-CN" }) {
  queue.push({ text: number ? text.replace(number, [...number].join(" ")) : text, lang });
  next();
}
