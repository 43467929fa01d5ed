#!/usr/bin/env bash
# Makes the prompts that callers hear: deploy/prompts/build.sh OUTDIR
#
# texts.tsv holds a name and a text per line; digits are written out, as people say them (幺二三四八).
# The music is synthesised here too, so nobody owns a licence for it. A file that exists is left alone:
# a studio recording (8 kHz, mono, 16 bit) put in its place stays; delete a file to have it made again.
set -euo pipefail

[ $# -eq 1 ] || { echo "usage: $0 OUTDIR" >&2; exit 2; }
for tool in espeak-ng sox; do
  command -v "$tool" >/dev/null || { echo "$0: $tool is missing: apt-get install $tool" >&2; exit 1; }
done
here=$(cd "$(dirname "$0")" && pwd)
out=$1
mkdir -p "$out"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# publish FILE NAME: moves into place in one step, for a media node may be reading.
publish() {
  mv "$1" "$out/.$2.new"
  mv "$out/.$2.new" "$out/$2.wav"
  echo "made $out/$2.wav ($(printf '%.1f' "$(soxi -D "$out/$2.wav")") s)"
}

# The voice "cmn" would read pinyin as English; cmn-latn-pinyin has the tones right.
make_speech() {
  espeak-ng -v cmn-latn-pinyin -s 170 -w "$work/speech.wav" "$2"
  # Telephone band; -3 dB leaves room for the mixer. The silence at both ends is cut to 0.1 s.
  local trim=(silence 1 0.02 0.1% reverse)
  sox "$work/speech.wav" -r 8000 -c 1 -b 16 -e signed-integer "$work/prompt.wav" \
    gain -3 rate -v highpass 200 lowpass 3400 "${trim[@]}" "${trim[@]}" pad 0.1 0.1 norm -3
  publish "$work/prompt.wav" "$1"
}

# Twelve bars of 2 s: four notes of a pentatonic melody over a fifth that breathes once per bar.
make_music() {
  local bars=(
    "261.63 329.63 392.00 440.00 523.25"  # root of the pad, then the melody
    "220.00 523.25 440.00 392.00 329.63"
    "174.61 349.23 440.00 523.25 440.00"
    "196.00 392.00 293.66 392.00 493.88"
    "261.63 523.25 659.26 523.25 392.00"
    "220.00 440.00 392.00 329.63 261.63"
    "174.61 349.23 261.63 349.23 440.00"
    "196.00 392.00 440.00 392.00 293.66"
    "261.63 329.63 392.00 523.25 659.26"
    "220.00 587.33 523.25 440.00 329.63"
    "174.61 440.00 349.23 261.63 349.23"
    "261.63 329.63 293.66 261.63 261.63"
  )
  local melody=() pad=() bar root notes frequency i=0
  for bar in "${bars[@]}"; do
    read -r root notes <<<"$bar"
    # Every tone is silent at both ends, so that the loop has no seam.
    sox -q -n -r 8000 -c 1 -b 16 "$work/pad$i.wav" \
      synth 2 sine "$root" synth 2 sine mix "$(awk -v root="$root" 'BEGIN { print root * 1.5 }')" \
      fade h 0.4 2 0.6 gain -6
    pad+=("$work/pad$i.wav")
    for frequency in $notes; do
      sox -q -n -r 8000 -c 1 -b 16 "$work/note$i.wav" synth 0.5 sine "$frequency" fade h 0.02 0.5 0.4
      melody+=("$work/note$i.wav")
      i=$((i + 1))
    done
  done
  sox -q "${melody[@]}" "$work/melody.wav"
  sox -q "${pad[@]}" "$work/pads.wav"
  # Quieter than speech: people talk over it while they wait.
  sox -q -m "$work/melody.wav" "$work/pads.wav" -b 16 "$work/music.wav" norm -12
  publish "$work/music.wav" music
}

while IFS=$'\t' read -r name text; do
  [ -n "$name" ] || continue
  [ -e "$out/$name.wav" ] || make_speech "$name" "$text"
done <"$here/texts.tsv"
[ -e "$out/music.wav" ] || make_music
