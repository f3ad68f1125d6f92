"""Times impedance.py on the fit that ImpedanceFit times, and prints one line of JSON.

Needs impedance 1.7.1 with numpy < 2. With two arguments, files of JSON lines from ImpedanceFit and from this script,
it compares them instead.
"""

import json
import statistics
import sys
import time

REPETITIONS = 7


def spectrum():
    import numpy as np

    k = np.arange(60)
    frequencies = 10 ** (6 - 7 * k / 59)
    s = 2j * np.pi * frequencies
    r0, r1, q1, a1, q2, a2 = 10, 50, 1e-5, 0.9, 1e-3, 0.8
    z = r0 + 1 / (1 / r1 + q1 * s**a1) + 1 / (q2 * s**a2)
    return frequencies, z + abs(z) * 0.002 * (np.sin(2.3 * k + 0.7) + 1j * np.cos(1.7 * k + 0.2))


def measure():
    from impedance.models.circuits import CustomCircuit

    frequencies, z = spectrum()
    times = []
    for _ in range(REPETITIONS):
        circuit = CustomCircuit("R0-p(R1,CPE1)-CPE2", initial_guess=[8, 40, 2e-5, 0.8, 2e-3, 0.7])
        start = time.perf_counter()
        circuit.fit(frequencies, z)
        times.append((time.perf_counter() - start) * 1e3)
    print(json.dumps({
        "milliseconds": statistics.median(times),
        "values": list(circuit.parameters_),
        "standard_deviations": list(circuit.conf_),
    }))


def compare(ours_path, theirs_path):
    with open(ours_path) as ours_file, open(theirs_path) as theirs_file:
        ours, theirs = [[json.loads(line) for line in file] for file in (ours_file, theirs_file)]
    our_time, their_time = [statistics.median(run["milliseconds"] for run in runs) for runs in (ours, theirs)]
    ratios = sorted(b["milliseconds"] / a["milliseconds"] for a, b in zip(ours, theirs))
    deviations = [
        abs(a - b) / deviation
        for a, b, deviation in zip(ours[-1]["values"], theirs[-1]["values"], theirs[-1]["standard_deviations"])
    ]
    report = {
        "rounds": len(ratios),
        "edge_agent_ms": our_time,
        "impedance_py_ms": their_time,
        "ratio": statistics.median(ratios),
        "ratio_range": [ratios[0], ratios[-1]],
        "largest_difference_sigma": max(deviations),
        "within_one_sigma": max(deviations) <= 1,
    }
    print(json.dumps(report, indent=2))
    return 0 if report["within_one_sigma"] else 1


if __name__ == "__main__":
    sys.exit(compare(*sys.argv[1:]) if len(sys.argv) == 3 else measure())
