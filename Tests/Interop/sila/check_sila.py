"""Talks to simulated SiLA 2 servers with the generic client of the PyPI package sila2.

The client knows nothing but what the servers tell: it builds its calls from the feature definitions that they give.

Usage: check_sila.py PUMP_PORT VALVE_PORT GATEWAY_PORT; ends with 0 when all went as it should.
"""
import math
import sys
import time

from sila2.client import SilaClient
from sila2.framework import (
    CommandExecutionNotFinished,
    DefinedExecutionError,
    InvalidMetadata,
    UndefinedExecutionError,
    ValidationError,
)
from sila2.framework.command.execution_info import CommandExecutionStatus

checks = 0


def check(condition, what):
    global checks
    checks += 1
    if not condition:
        sys.exit(f"failed: {what}")


def wait_for(condition, what, seconds=10.0):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            sys.exit(f"failed: {what} within {seconds} s")
        time.sleep(0.01)


def refused(kind, call, what):
    try:
        call()
    except kind as error:
        check(True, what)
        return error
    sys.exit(f"failed: {what}: nothing was raised")


def finish(instance):
    wait_for(lambda: instance.done, "execution ends", 20)
    return instance.status


def close(a, b, tolerance=1e-3):
    return math.isclose(a, b, abs_tol=tolerance)


def parameter_of(error):
    """The identifier of the parameter that a validation error names; the client gives its node in the feature."""
    node = error.parameter_fully_qualified_identifier
    return str(getattr(node, "fully_qualified_identifier", node))


def check_pump(port):
    client = SilaClient("127.0.0.1", port, insecure=True)
    service = client.SiLAService
    check(service.ServerName.get() == "neMESYS Low Pressure 1 Pump", "server name")
    check(len(service.ServerUUID.get()) == 36, "server UUID")
    features = service.ImplementedFeatures.get()
    check(len(features) == 6, "six features")
    error = refused(
        DefinedExecutionError,
        lambda: service.GetFeatureDefinition("org.silastandard/core/LockController/v1"),
        "unknown feature",
    )
    check(error.fully_qualified_identifier.endswith("UnimplementedFeature"), "name of the error")
    check(client.SystemStatusProvider.SystemState.get() == "Operational", "system state")

    units = client.PumpUnitController
    units.SetVolumeUnit("ml")
    units.SetFlowUnit(("ml", "s"))
    flow_unit = units.FlowUnit.get()
    check((flow_unit.VolumeUnit, flow_unit.TimeUnit) == ("ml", "s"), "flow unit")
    error = refused(ValidationError, lambda: set_unit_unchecked(client, "gal"), "volume unit gal")
    check(parameter_of(error).endswith("SetVolumeUnit/Parameter/VolumeUnit"), "parameter")

    syringe = client.SyringeConfigurationController
    syringe.SetSyringeParameters(14.5673, 60.0)
    dosing = client.PumpFluidDosingService
    wait_for(lambda: close(dosing.MaxSyringeFillLevel.get(), 9.999983, 1e-5), "syringe is set")
    check(close(syringe.InnerDiameter.get(), 14.5673), "inner diameter")
    check(close(dosing.MaxFlowRate.get(), 1.054998, 1e-5), "fastest flow")

    drive = client.PumpDriveControlService
    drive.EnablePumpDrive()
    wait_for(lambda: drive.PumpDriveState.get() == "Enabled", "drive is enabled")
    check(drive.FaultState.get() is False, "no fault")
    start = dosing.SyringeFillLevel.get()
    dose = dosing.DoseVolume(0.5, 0.25)
    refused(CommandExecutionNotFinished, dose.get_responses, "result before the end")
    check(finish(dose) == CommandExecutionStatus.finishedSuccessfully, "dose succeeds")
    dose.get_responses()
    wait_for(lambda: close(dosing.SyringeFillLevel.get(), start - 0.5), "volume is dosed")

    level = dosing.SetFillLevel(6.0, 1.0)
    levels = dosing.SyringeFillLevel.subscribe()
    check(finish(level) == CommandExecutionStatus.finishedSuccessfully, "filling succeeds")
    wait_for(lambda: close(dosing.SyringeFillLevel.get(), 6.0), "fill level is reached")
    check(sum(1 for _ in range(3) if next(levels) is not None) == 3, "levels are told on the way")
    levels.cancel()
    check(drive.DrivePositionCounter.get() < -1000, "counts are negative when filled")

    for call, parameter in [
        (lambda: dosing.DoseVolume(0.5, 2.0), "DoseVolume/Parameter/FlowRate"),
        (lambda: dosing.DoseVolume(50.0, 0.5), "DoseVolume/Parameter/Volume"),
        (lambda: dosing.DoseVolume(0.0, 0.5), "DoseVolume/Parameter/Volume"),
        (lambda: dosing.SetFillLevel(10.5, 0.5), "SetFillLevel/Parameter/FillLevel"),
    ]:
        instance = call()
        check(finish(instance) == CommandExecutionStatus.finishedWithError, f"{parameter} ends with an error")
        error = refused(ValidationError, instance.get_responses, parameter)
        check(parameter_of(error).endswith(parameter), f"{parameter} is named")

    flow = dosing.GenerateFlow(-0.2)
    wait_for(lambda: dosing.FlowRate.get() > 0.1, "flow is generated")
    dosing.StopDosage()
    check(finish(flow) == CommandExecutionStatus.finishedSuccessfully, "a stopped flow ends as if it had succeeded")
    wait_for(lambda: dosing.FlowRate.get() == 0, "flow stops")

    drive.DisablePumpDrive()
    wait_for(lambda: drive.PumpDriveState.get() == "Disabled", "drive is disabled")
    instance = dosing.DoseVolume(0.5, 0.25)
    check(finish(instance) == CommandExecutionStatus.finishedWithError, "a disabled drive does not dose")
    error = refused((DefinedExecutionError, UndefinedExecutionError), instance.get_responses, "disabled drive")
    check(error.fully_qualified_identifier.endswith("PumpIsNotEnabled"), "PumpIsNotEnabled is named")
    drive.EnablePumpDrive()
    check(finish(drive.InitializePumpDrive()) == CommandExecutionStatus.finishedSuccessfully, "reference move")
    drive.RestoreDrivePositionCounter(-1234)
    wait_for(lambda: drive.DrivePositionCounter.get() == -1234, "counter is restored")
    client.close()


def set_unit_unchecked(client, unit):
    """Sends a unit that the client's own check of the feature definition would hold back."""
    feature = client.PumpUnitController
    pb2 = feature._pb2_module
    text = pb2.SiLAFramework__pb2.String(value=unit)
    request = pb2.SetVolumeUnit_Parameters(VolumeUnit=pb2.DataType_VolumeUnit(VolumeUnit=text))
    from sila2.client.utils import call_rpc_function

    command = feature._unobservable_commands["SetVolumeUnit"]
    call_rpc_function(feature._grpc_stub.SetVolumeUnit, request, metadata=None, client=client, origin=command)


def check_valve(port):
    client = SilaClient("127.0.0.1", port, insecure=True)
    valve = client.ValvePositionController
    check(valve.NumberOfPositions.get() == 10, "ten positions")
    for position in (7, 0, 9):
        valve.SwitchToPosition(position)
        wait_for(lambda: valve.Position.get() == position, f"position {position}")
    error = refused(ValidationError, lambda: valve.SwitchToPosition(11), "position 11")
    check(parameter_of(error).endswith("SwitchToPosition/Parameter/Position"), "its parameter")
    error = refused(DefinedExecutionError, valve.TogglePosition, "toggling ten positions")
    check(error.fully_qualified_identifier.endswith("ValveNotToggleable"), "its error")
    client.close()


def check_gateway(port):
    client = SilaClient("127.0.0.1", port, insecure=True)
    gateway = client.ValveGatewayService
    check(gateway.NumberOfValves.get() == 3, "three valves")
    valve = client.ValvePositionController
    index = gateway.ValveIndex
    affected = [str(identifier) for identifier in index.get_affected_calls()]
    check(affected == ["de.cetoni/valves/ValvePositionController/v1"], "what the metadata affects")
    valve.SwitchToPosition(4, metadata=[index(1)])
    wait_for(lambda: valve.Position.get(metadata=[index(1)]) == 4, "valve 1 turns")
    check(valve.Position.get(metadata=[index(0)]) == 0, "valve 0 does not")
    refused(InvalidMetadata, lambda: valve.SwitchToPosition(4), "no valve index")
    error = refused(DefinedExecutionError, lambda: valve.SwitchToPosition(4, metadata=[index(9)]), "valve 9 of 3")
    check(error.fully_qualified_identifier.endswith("InvalidValveIndex"), "its error")
    client.close()


check_pump(int(sys.argv[1]))
check_valve(int(sys.argv[2]))
check_gateway(int(sys.argv[3]))
print(f"{checks} checks passed")
