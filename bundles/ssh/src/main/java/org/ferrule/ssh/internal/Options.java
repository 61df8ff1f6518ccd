package org.ferrule.ssh.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ferrule.config.Assign;
import org.ferrule.config.Edit;
import org.ferrule.config.kind.Addresses;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The options {@code ssh-address} and {@code ssh-port}, which override the configuration at the start that has them.
 *
 * @param address where to listen, if it was given
 * @param port the port, if it was given
 * @param lasting whether they are saved, too: at the first start, when there is nothing yet that they override
 */
record Options(Optional<String> address, Optional<Integer> port, boolean lasting) {
    static final Options NONE = new Options(Optional.empty(), Optional.empty(), false);

    private static final Logger LOG = LoggerFactory.getLogger(Options.class);

    /** Reads them; what cannot be used is logged and left out. */
    static Options read(Optional<String> address, Optional<String> port, boolean firstStart) {
        return new Options(address.filter(Options::isAddress), port.flatMap(Options::number), firstStart);
    }

    private static boolean isAddress(String text) {
        if (!Addresses.isAddress(text)) {
            LOG.warn("SSH: the option --ssh-address {} is not an IP address and is ignored", text);
            return false;
        }
        return true;
    }

    private static Optional<Integer> number(String text) {
        if (text.matches("[0-9]{1,5}") && Integer.parseInt(text) >= 1 && Integer.parseInt(text) <= 65535) {
            return Optional.of(Integer.parseInt(text));
        }
        LOG.warn("SSH: the option --ssh-port {} is not a port from 1 to 65535 and is ignored", text);
        return Optional.empty();
    }

    /** The changes that make the settings be as the options say; none if they are. */
    List<Edit> edits(Sshd settings) {
        List<Assign> assigns = new ArrayList<>();
        address.filter(text -> !Addresses.address(text).equals(settings.address()))
                .ifPresent(text -> assigns.add(new Assign.Value("address", text)));
        port.filter(number -> number != settings.port())
                .ifPresent(number -> assigns.add(new Assign.Value("port", Integer.toString(number))));
        return assigns.isEmpty() ? List.of() : List.of(new Edit.Modify(Sshd.ID, assigns));
    }
}
