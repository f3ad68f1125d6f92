"""Serves the simulated balance of labmcp-sartorius on the TCP port given as argument, until it is ended."""
import socketserver
import sys

from labmcp_sartorius.simulator import SBISimulator

balance = SBISimulator(load_g=52.1873, time_scale=10)


class Line(socketserver.StreamRequestHandler):
    def handle(self):
        for request in self.rfile:
            answer = balance.handle(request.decode("ascii").rstrip("\r\n"))
            if answer is not None:
                self.wfile.write((answer + "\r\n").encode("ascii"))


socketserver.ThreadingTCPServer.allow_reuse_address = True
with socketserver.ThreadingTCPServer(("127.0.0.1", int(sys.argv[1])), Line) as server:
    server.serve_forever()
