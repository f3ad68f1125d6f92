#!/usr/bin/python3
"""A USB bus of the test's making: sysfs, udev's properties and events by umockdev, terminals as device nodes.

Prints the folder of the world, then reads one command a line and answers each with one line:
  plug NODE SOCKET SERIAL TERMINAL [VENDOR MODEL PRODUCT]
                                     plugs an adapter in, FTDI's unless another is said; its node is a link to TERMINAL
  pull NODE                          pulls it out, with its event
  lose NODE                          pulls it out; the event gets lost
"""
import os
import sys

import gi

gi.require_version("UMockdev", "1.0")
from gi.repository import UMockdev  # noqa: E402

world = UMockdev.Testbed.new()
root = world.get_root_dir()
hub = world.add_device("usb", "1-1", None, ["busnum", "1", "devnum", "1"], ["DEVTYPE", "usb_device"])
devices = {}
stay = 1


def plug(node, socket, serial, terminal, vendor="0403", model="6001", product="FT232R_USB_UART"):
    global stay
    stay = stay % 127 + 1
    usb = world.add_device(
        "usb", "1-1." + socket, hub,
        ["busnum", "1", "devnum", str(stay), "devpath", "1." + socket, "serial", serial, "idVendor", vendor,
         "idProduct", model, "manufacturer", "FTDI", "product", product.replace("_", " ")],
        ["DEVTYPE", "usb_device"])
    interface = world.add_device(
        "usb", "1-1.%s:1.0" % socket, usb, ["bInterfaceNumber", "00"], ["DEVTYPE", "usb_interface"])
    path = os.path.join(root, "dev", node)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    os.symlink(terminal, path)
    tty = world.add_device(
        "tty", node, interface, [],
        ["DEVNAME", "/dev/" + node, "ID_BUS", "usb", "ID_SERIAL_SHORT", serial, "ID_VENDOR_ID", vendor,
         "ID_MODEL_ID", model, "ID_USB_INTERFACE_NUM", "00",
         "ID_PATH", "pci-0000:00:14.0-usb-0:1.%s:1.0" % socket,
         "DEVLINKS", "/dev/serial/by-id/usb-FTDI_FT232R_USB_UART_%s-if00-port0" % serial])
    devices[node] = (tty, interface, usb)


def pull(node, tells=True):
    tty, interface, usb = devices.pop(node)
    os.unlink(os.path.join(root, "dev", node))
    if tells:
        world.uevent(tty, "remove")
    for device in (tty, interface, usb):
        world.remove_device(device)


print(root, flush=True)
for line in sys.stdin:
    words = line.split()
    if words[0] == "plug":
        plug(*words[1:])
    elif words[0] == "pull":
        pull(words[1])
    elif words[0] == "lose":
        pull(words[1], tells=False)
    print("done", flush=True)
world.clear()
