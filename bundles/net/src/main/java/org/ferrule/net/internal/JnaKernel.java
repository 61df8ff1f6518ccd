package org.ferrule.net.internal;

import com.sun.jna.LastErrorException;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.ptr.IntByReference;

/** Calls the C library through JNA. */
final class JnaKernel implements LinuxSockets.Kernel {
    private final LibC libc;

    /** As in {@code sys/socket.h}. */
    interface LibC extends Library {
        int setsockopt(int descriptor, int level, int option, byte[] value, int length) throws LastErrorException;

        int getsockopt(int descriptor, int level, int option, byte[] value, IntByReference length)
                throws LastErrorException;
    }

    private JnaKernel(LibC libc) {
        this.libc = libc;
    }

    /** @throws LinkageError if JNA or its native library is not there */
    static JnaKernel load() {
        return new JnaKernel(Native.load("c", LibC.class));
    }

    @Override
    public void set(int descriptor, LinuxOption option, byte[] value) throws LinuxSockets.Refused {
        try {
            libc.setsockopt(descriptor, option.level, option.number, value, value.length);
        } catch (LastErrorException e) {
            throw new LinuxSockets.Refused(option, e.getErrorCode());
        }
    }

    @Override
    public void get(int descriptor, LinuxOption option, byte[] value) throws LinuxSockets.Refused {
        try {
            libc.getsockopt(descriptor, option.level, option.number, value, new IntByReference(value.length));
        } catch (LastErrorException e) {
            throw new LinuxSockets.Refused(option, e.getErrorCode());
        }
    }
}
