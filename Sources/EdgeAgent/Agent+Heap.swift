import CMalloc

extension Agent {
    /// From this many bytes on a buffer, the text of a page for example, is taken from the machine and given back by itself.
    private static let largeBuffer: Int32 = 64 * 1024

    /// Two heaps for all threads. By itself glibc makes up to eight for each processor, and each stays as large as the largest
    /// burst that it has seen. To be called before there are many threads.
    public static func keepFewHeaps() {
        mallopt(M_ARENA_MAX, 2)
        mallopt(M_MMAP_THRESHOLD, Self.largeBuffer)
        mallopt(M_TRIM_THRESHOLD, Self.largeBuffer)
    }
}
