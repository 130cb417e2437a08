"""A program that speaks piper's protocol with a hum for a voice: ``python piper_stand_in.py --model M --output_dir D``.

Some words make it misbehave: 崩溃 ends it, 挂住 hangs it, 坏声 writes a file that is no sound.
"""

from __future__ import annotations

import argparse
import sys
import time
import wave
from pathlib import Path

import numpy as np


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", required=True)
    parser.add_argument("--output_dir", type=Path, required=True)
    given = parser.parse_args()
    with Path(given.model).with_suffix(".starts").open("a") as starts:
        starts.write("x")
    sys.stderr.write("INFO:__main__:a line that names no file\n")
    for line in sys.stdin:
        if "崩溃" in line:
            sys.stderr.write("RuntimeError: the voice broke\n")
            sys.exit(3)
        if "挂住" in line:
            time.sleep(60)
        path = given.output_dir / f"{time.monotonic_ns()}.wav"
        if "坏声" in line:
            path.write_bytes(b"no sound")
        else:
            hum = np.sin(np.arange(len(line.strip()) * 2000) / 20) * 8000
            with wave.open(str(path), "wb") as file:
                file.setparams((1, 2, 22_050, 0, "NONE", ""))
                file.writeframes(hum.astype(np.int16).tobytes())
        sys.stderr.write(f"INFO:__main__:Wrote {path}\n")
        sys.stderr.flush()


if __name__ == "__main__":
    main()
