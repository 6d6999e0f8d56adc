"""Train the language model: ``python -m training.language`` writes ``models/language`` in about five minutes."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file

from replyassist.text.language import FORMAT_VERSION, LABELS
from training.language.fit import Design, FloatArray, calibrate, fit, most_useful, quantize
from training.language.samples import Samples, draw_samples

FEATURES = 118_000
"""How many features are kept: 11 bytes each in the shipped file."""

PENALTY = 1e-6
LEAST_OCCURRENCES = 5
KNOTS = (3, 6, 10, 16, 25, 40, 80)
"""Message lengths, in letters, at which the temperature is fitted."""

_DEFAULT_FOLDER = Path(__file__).resolve().parents[2] / "models" / "language"


def main() -> None:
    """Draw spans, select features, fit, quantise, calibrate and write the model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=_DEFAULT_FOLDER)
    parser.add_argument("--share", type=float, default=2.0, help="how many spans to draw, 1 = 200,000")
    parser.add_argument("--iterations", type=int, default=160)
    arguments = parser.parse_args()

    samples = draw_samples("train", share=arguments.share)
    labels = np.array(samples.labels)
    print(f"{len(labels):,} training spans")
    wide = Design.of(samples.messages, least=LEAST_OCCURRENCES)
    weights, _ = fit(wide, labels, penalty=PENALTY, iterations=arguments.iterations // 2)
    keys = most_useful(wide, weights, FEATURES)
    print(f"{len(wide.keys):,} features, {len(keys):,} kept")
    weights, bias = fit(
        Design.of(samples.messages, keys=keys), labels, penalty=PENALTY, iterations=arguments.iterations
    )
    quantized, scale = quantize(weights)
    dequantized = quantized.astype(np.float64) * scale

    validation = draw_samples("validation", share=0.15)
    scores = Design.of(validation.messages, keys=keys).scores(dequantized) + bias
    letters = np.array([sum(map(len, words)) for words in validation.messages])
    sharpness, offsets = calibrate(scores, np.array(validation.labels), letters, KNOTS)
    _print_accuracy(validation, scores + offsets)
    _write(arguments.out, keys, quantized, scale=scale, bias=bias + offsets, sharpness=sharpness)


def _print_accuracy(validation: Samples, scores: FloatArray) -> None:
    right = scores.argmax(axis=1) == np.array(validation.labels)
    labels, kinds = np.array(validation.labels), np.array(validation.kinds)
    for kind in ("talk", "product", "support"):
        shares = (
            f"{label} {right[(labels == number) & (kinds == kind)].mean():.3f}"
            for number, label in enumerate(LABELS)
            if ((labels == number) & (kinds == kind)).any()
        )
        print(f"validation, noisy spans, {kind}: {right[kinds == kind].mean():.4f} ({', '.join(shares)})")


def _write(
    folder: Path,
    keys: NDArray[np.uint32],
    weights: NDArray[np.int8],
    *,
    scale: float,
    bias: FloatArray,
    sharpness: list[float],
) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    save_file({"keys": keys, "weights": weights}, folder / "weights.safetensors")
    config = {
        "format_version": FORMAT_VERSION,
        "labels": LABELS,
        "scale": scale,
        "bias": [round(float(value), 6) for value in bias],
        "calibration_letters": KNOTS,
        "sharpness": sharpness,
    }
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
    print(f"wrote {folder}: {(folder / 'weights.safetensors').stat().st_size:,} bytes of weights")


if __name__ == "__main__":
    main()
