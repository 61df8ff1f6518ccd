package org.ferrule.ssh.internal;

import java.util.List;
import java.util.Map;
import org.ferrule.config.ConfigException;
import org.ferrule.config.kind.Addresses;
import org.ferrule.shell.RunCommand;

/** {@code run auth unlock}: lets those in again who are locked out after too many wrong passwords. */
record UnlockCommand(Lockout lockout) implements RunCommand {
    private static final String USER = "user";
    private static final String ADDRESS = "address";

    @Override
    public String name() {
        return "auth unlock";
    }

    @Override
    public String help() {
        return "Let a user or an address in again after too many wrong passwords; without parameters, all of them";
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(
                new Parameter(USER, "A login name that is locked out"),
                new Parameter(ADDRESS, "An address that is locked out; of IPv6, any of its network of 64 bits"));
    }

    @Override
    public void run(Invocation invocation) throws ConfigException {
        Map<String, String> arguments = invocation.arguments();
        String user = arguments.get(USER);
        String address = arguments.get(ADDRESS);
        if (user == null && address == null) {
            int were = lockout.unlockAll();
            invocation.out().println(were == 1 ? "1 lock has been ended." : were + " locks have been ended.");
            return;
        }
        if (user != null) {
            tell(invocation, "User " + user, lockout.unlockUser(user));
        }
        if (address != null) {
            if (!Addresses.isAddress(address)) {
                throw new ConfigException(address + " is not an IP address, such as 192.0.2.1 or 2001:db8::1");
            }
            tell(invocation, "Address " + address, lockout.unlockAddress(Addresses.address(address)));
        }
    }

    private static void tell(Invocation invocation, String who, boolean was) {
        invocation.out().println(who + (was ? " is let in again." : " was not locked out."));
    }
}
