/** Two soft notes for an offer, if the operator wants them. The phone rings anyway. */
const STORAGE_KEY = "hotline.sound";
const NOTES_HZ = [659, 880];
const NOTE_S = 0.22;
const LOUDNESS = 0.15;

export function soundWanted(): boolean {
  return localStorage.getItem(STORAGE_KEY) === "on";
}

export function wantSound(on: boolean): void {
  localStorage.setItem(STORAGE_KEY, on ? "on" : "off");
  if (on) ringOnce();
}

export function ringOnce(): void {
  const context = new AudioContext();
  NOTES_HZ.forEach((frequency, index) => {
    const note = new OscillatorNode(context, { frequency });
    const gain = new GainNode(context, { gain: LOUDNESS });
    note.connect(gain).connect(context.destination);
    note.start(context.currentTime + index * NOTE_S);
    note.stop(context.currentTime + (index + 1) * NOTE_S);
    if (index === NOTES_HZ.length - 1) note.onended = () => void context.close();
  });
}
