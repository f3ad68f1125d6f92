"""Three quantities of one sample beside the same requests one after another: sample_figures.py EDGE_AGENT [SPEED].

Four demonstrations run side by side, one with all quantities and one with each alone; all of them have the same three samples. A
fast simulated lab makes the waits of links, which are wall time, long in lab time: SPEED is far below the demonstration's own.
What counts comes from their journals: lab time from the first step to the last result, and to a clean lab; and what was taken
from the bottles and is not in a syringe at the end.
"""

import json
import sqlite3
import subprocess
import sys
import tempfile

PROGRAM, SPEED = sys.argv[1], float(sys.argv[2]) if len(sys.argv) > 2 else 60
QUANTITIES = ["density", "viscosity", "conductivity"]
SAMPLES = 3


class Campaign:
    def __init__(self, quantities):
        self.quantities = quantities
        self.folder = tempfile.TemporaryDirectory()
        self.process = subprocess.Popen(
            [PROGRAM, "demo", "--json", "--speed", str(SPEED), "--quantities", ",".join(quantities), "--output",
             self.folder.name], stdout=subprocess.PIPE, text=True)

    def read(self):
        report = self.process.communicate(timeout=3600)[0]
        if self.process.returncode != 0:
            sys.exit(f"the demonstration of {self.quantities} ended with {self.process.returncode}: {report[-500:]}")
        journal = sqlite3.connect(f"{self.folder.name}/state/journal.sqlite")
        steps = [
            (run, quantity, json.loads(description)["action"], json.loads(outcome) if outcome else None, begun, ended)
            for run, quantity, description, outcome, begun, ended in journal.execute(
                "SELECT s.run, r.quantity, s.description, s.outcome, s.intended_monotonic, s.changed_monotonic"
                " FROM step s JOIN run r ON r.id = s.run WHERE s.state = 'done' ORDER BY s.intended_monotonic")]
        minutes = SPEED / 60e6
        results = [step for step in steps if step[1] != "lab"]
        self.until_result = (max(step[5] for step in results) - steps[0][4]) * minutes
        # The lab ends with the last result here; what is cleaned after a sample is the time from its last result to the next
        # sample's first step.
        first = {}
        for step in results:
            first.setdefault(step[0], step[4])
        pauses = [begin - max((step[5] for step in results if step[5] <= begin), default=begin) for begin in first.values()]
        pauses = sorted(pauses)[-(SAMPLES - 1):]
        self.cleaning = sum(pauses) / len(pauses) * minutes
        taken, level = {}, {}
        for _, _, action, outcome, _, _ in results:
            if "moveSyringes" not in action:
                continue
            for dosed in outcome["dosed"]["_0"]:
                before, after = (dosed[end]["value"] for end in ("from", "to"))
                level[dosed["pump"]] = after
                if action["moveSyringes"]["_0"]["purpose"] == "fill":
                    taken[dosed["pump"]] = taken.get(dosed["pump"], 0) + after - before
        self.electrolyte = sum(taken.values()) - sum(level.values())
        return self


together, *alone = [campaign.read() for campaign in [Campaign(QUANTITIES)] + [Campaign([one]) for one in QUANTITIES]]
for campaign in [together] + alone:
    print(f"{', '.join(campaign.quantities)}: {campaign.until_result:.0f} min to the last result, then {campaign.cleaning:.0f} min"
          f" of cleaning; {campaign.electrolyte:.1f} mL of electrolyte")
# One after another, the lab is cleaned between them; only the last cleaning comes after the last result.
clean = sum(one.until_result + one.cleaning for one in alone)
until = clean - min(one.cleaning for one in alone)
print(f"to the last result {together.until_result / until:.2f} of one after another (target <= 0.5)")
print(f"to a clean lab {(together.until_result + together.cleaning) / clean:.2f}")
print(f"electrolyte {together.electrolyte / sum(one.electrolyte for one in alone):.2f} (target <= 0.7)")
