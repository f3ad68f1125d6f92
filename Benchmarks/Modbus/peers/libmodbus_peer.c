/* libmodbus as server and client, for comparison: `serve`, `client PORT REGISTERS SECONDS`. */
#include <errno.h>
#include <modbus/modbus.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

static int compare(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* One thread and select(2), as in the library's own examples; ends with standard input. */
static int serve(void) {
    modbus_t *context = modbus_new_tcp("127.0.0.1", 0);
    modbus_mapping_t *tables = modbus_mapping_new(0, 0, 200, 0);
    for (int i = 0; i < 200; i++) tables->tab_registers[i] = i;
    int listener = modbus_tcp_listen(context, 32);
    if (listener < 0) return 1;
    struct sockaddr_in address;
    socklen_t size = sizeof address;
    getsockname(listener, (struct sockaddr *)&address, &size);
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    fd_set open;
    FD_ZERO(&open);
    FD_SET(listener, &open);
    FD_SET(0, &open);
    int highest = listener;
    for (;;) {
        fd_set ready = open;
        if (select(highest + 1, &ready, NULL, NULL, NULL) < 0) return 1;
        if (FD_ISSET(0, &ready)) {
            char byte;
            if (read(0, &byte, 1) <= 0) return 0;
        }
        for (int one = 1; one <= highest; one++) {
            if (!FD_ISSET(one, &ready)) continue;
            if (one == listener) {
                int accepted = accept(listener, NULL, NULL);
                int on = 1;
                setsockopt(accepted, IPPROTO_TCP, 1 /* TCP_NODELAY */, &on, sizeof on);
                FD_SET(accepted, &open);
                if (accepted > highest) highest = accepted;
                continue;
            }
            uint8_t query[MODBUS_TCP_MAX_ADU_LENGTH];
            modbus_set_socket(context, one);
            int length = modbus_receive(context, query);
            if (length > 0) {
                modbus_reply(context, query, length, tables);
            } else if (length < 0) {
                close(one);
                FD_CLR(one, &open);
            }
        }
    }
}

static int client(int port, int registers, double seconds) {
    modbus_t *context = modbus_new_tcp("127.0.0.1", port);
    if (modbus_connect(context) < 0) {
        fprintf(stderr, "%s\n", modbus_strerror(errno));
        return 1;
    }
    modbus_set_slave(context, 1);
    size_t limit = 4000000, count = 0;
    double *times = malloc(limit * sizeof *times), begin = now();
    while (now() - begin < seconds && count < limit) {
        uint16_t values[125];
        double start = now();
        if (modbus_read_registers(context, 0, registers, values) != registers) return 1;
        times[count++] = (now() - start) * 1e6;
    }
    double elapsed = now() - begin;
    qsort(times, count, sizeof *times, compare);
    printf("{\"requests_per_s\": %f, \"p50_us\": %f, \"p99_us\": %f}\n", count / elapsed, times[count / 2],
           times[count * 99 / 100]);
    return 0;
}

int main(int count, char **arguments) {
    if (count == 2 && !strcmp(arguments[1], "serve")) return serve();
    if (count == 5 && !strcmp(arguments[1], "client"))
        return client(atoi(arguments[2]), atoi(arguments[3]), atof(arguments[4]));
    return 64;
}
