/// The character set of DMA M densimeters on a serial line: IBM code page 850.
public enum CodePage850 {
    /// Bytes 0x80 … 0xFF.
    private static let upper = Array(
        ("ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´"
            + "\u{AD}±‗¾¶§÷¸°¨·¹³²■\u{A0}").unicodeScalars)

    public static func text(_ bytes: some Sequence<UInt8>) -> String {
        var scalars = String.UnicodeScalarView()
        for byte in bytes { scalars.append(byte < 0x80 ? Unicode.Scalar(byte) : self.upper[Int(byte) - 0x80]) }
        return String(scalars)
    }

    /// A character that the code page lacks becomes `?`, as on the instrument.
    public static func bytes(_ text: String) -> [UInt8] {
        text.unicodeScalars.map { scalar in
            if scalar.value < 0x80 { return UInt8(scalar.value) }
            return self.upper.firstIndex(of: scalar).map { UInt8($0 + 0x80) } ?? UInt8(ascii: "?")
        }
    }
}
