/// What each command of a script takes (MethodSCRIPT manual, chapter "script commands"). The commands for displays,
/// files, I²C and multiplexers are left out: this instrument has none of these.
enum ScriptGrammar {
    enum Argument: Sendable {
        /// A literal or a variable.
        case number
        case variable
        case array
        /// A name not declared yet.
        case newVariable, newArray
        /// Two letters.
        case type
        case text
    }

    static let commands: [String: [Argument]] = [
        "var": [.newVariable], "array": [.newArray, .number],
        "store_var": [.variable, .number, .type], "copy_var": [.variable, .variable],
        "add_var": [.variable, .number], "sub_var": [.variable, .number], "mul_var": [.variable, .number],
        "div_var": [.variable, .number], "float_to_int": [.variable], "int_to_float": [.variable],
        "alter_vartype": [.variable, .type],
        "array_set": [.array, .number, .number], "array_get": [.array, .number, .variable],
        "set_pgstat_chan": [.number], "set_pgstat_mode": [.number], "set_max_bandwidth": [.number],
        "set_range": [.type, .number], "set_range_minmax": [.type, .number, .number],
        "set_autoranging": [.type, .number, .number], "set_cr": [.number], "set_pot_range": [.number, .number],
        "set_poly_we_mode": [.number], "set_channel_sync": [.number], "set_script_output": [.number],
        "set_gpio_cfg": [.number, .number], "set_gpio": [.number], "set_gpio_pullup": [.number, .number],
        "set_e": [.number], "set_i": [.number], "cell_on": [], "cell_off": [], "wait": [.number],
        "set_int": [.number], "await_int": [], "timer_start": [], "timer_get": [.variable],
        "meas": [.number, .variable, .type], "send_string": [.text], "abort": [], "breakloop": [],
        "pck_start": [], "pck_add": [.variable], "pck_end": [],
    ]

    static let measurements: [String: [Argument]] = [
        "meas_loop_lsv": [.variable, .variable, .number, .number, .number, .number],
        "meas_loop_cv": [.variable, .variable, .number, .number, .number, .number, .number],
        "meas_loop_dpv": [.variable, .variable, .number, .number, .number, .number, .number, .number],
        "meas_loop_swv": [.variable, .variable, .variable, .variable, .number, .number, .number, .number, .number],
        "meas_loop_ca": [.variable, .variable, .number, .number, .number],
        "meas_loop_ocp": [.variable, .number, .number],
        "meas_loop_eis": [.variable, .variable, .variable, .number, .number, .number, .number, .number],
    ]

    static let options: Set<String> = [
        "nscans", "eis_tdd", "eis_opt", "eis_acq", "meta_msk", "poly_we", "aux", "meas_ca",
    ]

    static let operators: Set<String> = ["==", "!=", "<", ">", "<=", ">="]
}
