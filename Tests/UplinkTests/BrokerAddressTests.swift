import Testing
import Uplink

@Suite struct BrokerAddressTests {
    @Test(arguments: [
        ("http://broker.lab", "http://broker.lab:13371"), ("https://broker.lab/", "https://broker.lab:443"),
        ("HTTP://10.0.0.1:8000/finales/", "http://10.0.0.1:8000/finales"), ("http://[::1]:80", "http://[::1]:80"),
        ("http://[fe80::1]", "http://[fe80::1]:13371"),
    ])
    func `addresses are read as people write them`(text: String, canonical: String) {
        #expect(BrokerAddress(parsing: text)?.description == canonical)
    }

    @Test(arguments: [
        "", "broker.lab", "ftp://broker.lab", "http://", "http://:80", "http://lab:secret@broker", "http://b:0",
        "http://b:99999", "http://b/?x=1", "http://[::1", "http://a b",
    ])
    func `what is no address of a broker is refused`(text: String) {
        #expect(BrokerAddress(parsing: text) == nil)
    }
}
