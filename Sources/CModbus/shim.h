#include <modbus/modbus.h>
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>

/* The errors whose macros are expressions, as constants. */
enum {
    CMODBUS_BAD_CHECKSUM = EMBBADCRC,
    CMODBUS_BAD_LENGTH = EMBBADDATA
};

/* Waits to the microsecond. The C library shows it only to those who ask for its extensions. */
int ppoll(struct pollfd *descriptors, nfds_t count, const struct timespec *limit, const sigset_t *signals);
