package org.ferrule.ssh.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;

/** An open file of a folder for uploads: grows only as far as there is room. One thread at a time. */
final class UploadChannel implements SeekableByteChannel {
    private final FileChannel file;
    private final String name;
    private final UploadFolder folder;
    private final Activity activity;
    private final boolean append;
    private boolean written;

    /** @param append whether the file is written at its end only */
    UploadChannel(FileChannel file, String name, UploadFolder folder, Activity activity, boolean append) {
        this.file = file;
        this.name = name;
        this.folder = folder;
        this.activity = activity;
        this.append = append;
    }

    /** Whether anything was written. */
    boolean written() {
        return written;
    }

    /** Puts what was written onto the disk. */
    void force() throws IOException {
        file.force(true);
    }

    @Override
    public int read(ByteBuffer buffer) throws IOException {
        activity.touch();
        return file.read(buffer);
    }

    @Override
    public int write(ByteBuffer buffer) throws IOException {
        activity.touch();
        long size = file.size();
        // A gap counts like bytes that were written.
        long end = (append ? size : file.position()) + buffer.remaining();
        if (end < 0) {
            throw new IOException("the position is out of range");
        }
        if (end > size) {
            folder.grow(name, end - size);
        }
        written = true;
        return file.write(buffer);
    }

    @Override
    public long position() throws IOException {
        return file.position();
    }

    @Override
    public SeekableByteChannel position(long position) throws IOException {
        file.position(position);
        return this;
    }

    @Override
    public long size() throws IOException {
        return file.size();
    }

    @Override
    public SeekableByteChannel truncate(long size) throws IOException {
        written |= size < file.size();
        file.truncate(size);
        return this;
    }

    @Override
    public boolean isOpen() {
        return file.isOpen();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
