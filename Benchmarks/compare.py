"""Compares our samples with those of a peer, taken in turns: for each case the medians and the median of the ratios.

Arguments: name of the figure, file of JSON lines {"case", "ours" or "peer": {…}}.
"""

import json
import statistics
import sys


def main(figure, path):
    with open(path) as file:
        lines = [json.loads(line) for line in file]
    for case in dict.fromkeys(line["case"] for line in lines):
        ours = [line["ours"] for line in lines if line["case"] == case and "ours" in line]
        peers = [line["peer"] for line in lines if line["case"] == case and "peer" in line]
        ratios = sorted(a[figure] / b[figure] for a, b in zip(ours, peers))
        report = {
            "case": case, "rounds": len(ratios), "ratio": round(statistics.median(ratios), 2),
            "ratio_range": [round(ratios[0], 2), round(ratios[-1], 2)],
        }
        for name, samples in (("ours", ours), ("peer", peers)):
            for key in samples[0]:
                report[f"{name}_{key}"] = round(statistics.median(sample[key] for sample in samples), 3)
        print(json.dumps(report))


if __name__ == "__main__":
    main(*sys.argv[1:])
