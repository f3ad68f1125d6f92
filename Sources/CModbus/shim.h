#include <modbus/modbus.h>
#include <sys/eventfd.h>

/* The errors whose macros are expressions, as constants. */
enum {
    CMODBUS_BAD_CHECKSUM = EMBBADCRC,
    CMODBUS_BAD_LENGTH = EMBBADDATA
};
