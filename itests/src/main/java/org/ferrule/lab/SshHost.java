package org.ferrule.lab;

import java.nio.file.Path;

/**
 * Where the shell of an appliance is reached, and by what it is known.
 *
 * @param name what to call it in messages
 * @param address the address it listens at
 * @param port the port it listens at
 * @param home the appliance's home: a client trusts the host keys in it and no others
 */
public record SshHost(String name, String address, int port, Path home) {}
