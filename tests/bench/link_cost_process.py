"""The kiosk of ``tests.bench.link_cost``: the agent alone in a process that measures itself, in JSON."""

import json
import sys
import threading
import time

import psutil


def private_mb() -> float:
    """Pages that are this process's own."""
    return psutil.Process().memory_full_info().uss / 2**20


def main() -> None:
    """``python -m tests.bench.link_cost_process SETTINGS SECONDS WARM_SECONDS``."""
    bare = private_mb()
    import pydantic  # noqa: F401  every kiosk has it for its configuration

    with_pydantic = private_mb()
    from fleet.device.agent import Agent
    from fleet.device.settings import AgentSettings

    imported = private_mb()
    agent = Agent(AgentSettings.model_validate_json(sys.argv[1]), lambda event: None)
    agent.start()
    pause = threading.Event()
    while not agent.connected:
        pause.wait(0.1)

    def live(seconds: float) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            agent.record("health", {"load": 0.31, "memory": 0.42, "disk": 0.2, "celsius": 51.5, "up_s": 3600})
            pause.wait(1.0)

    live(float(sys.argv[3]))
    process = psutil.Process()
    began, used = time.monotonic(), sum(process.cpu_times()[:2])
    live(float(sys.argv[2]))
    share = (sum(process.cpu_times()[:2]) - used) / (time.monotonic() - began)
    at_work = private_mb()
    while agent.depth:
        pause.wait(0.1)
    agent.stop()
    figures = {
        "cpu_percent_of_a_core": 100 * share,
        "mb_bare_interpreter": bare,
        "mb_of_pydantic": with_pydantic - bare,
        "mb_of_the_agents_imports": imported - with_pydantic,
        "mb_of_the_agent_at_work": at_work - imported,
    }
    sys.stdout.write(json.dumps({name: round(value, 2) for name, value in figures.items()}, indent=2) + "\n")


if __name__ == "__main__":
    main()
