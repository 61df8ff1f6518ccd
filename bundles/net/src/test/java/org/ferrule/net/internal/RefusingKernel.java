package org.ferrule.net.internal;

/** A kernel that refuses everything. */
record RefusingKernel(int errno) implements LinuxSockets.Kernel {
    @Override
    public void set(int descriptor, LinuxOption option, byte[] value) throws LinuxSockets.Refused {
        throw new LinuxSockets.Refused(option, errno);
    }

    @Override
    public void get(int descriptor, LinuxOption option, byte[] value) throws LinuxSockets.Refused {
        throw new LinuxSockets.Refused(option, errno);
    }
}
