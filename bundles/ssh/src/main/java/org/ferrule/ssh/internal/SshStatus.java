package org.ferrule.ssh.internal;

import java.security.KeyPair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.digest.BuiltinDigests;
import org.apache.sshd.common.session.helpers.AbstractSession;
import org.apache.sshd.server.session.ServerSession;
import org.ferrule.shell.Account;
import org.ferrule.shell.Status;
import org.ferrule.shell.Status.Availability;
import org.ferrule.shell.StatusProvider;

/** Tells {@code show sys sshd} where the server listens, who is logged in, and which keys it shows. */
final class SshStatus implements StatusProvider {
    private final SshService service;

    SshStatus(SshService service) {
        this.service = service;
    }

    @Override
    public String kind() {
        return Sshd.KIND;
    }

    @Override
    public List<Status> status() {
        boolean enabled = service.settings().map(Sshd::login).orElse(true);
        Optional<String> at = service.listening().map(Sshd::text);
        String problem = service.problem();
        Availability availability = at.isPresent()
                ? Availability.AVAILABLE
                : enabled && !problem.isEmpty() ? Availability.OFFLINE : Availability.UNKNOWN;
        return List.of(new Status("", availability, enabled, reason(at, enabled, problem), values(at)));
    }

    private static String reason(Optional<String> at, boolean enabled, String problem) {
        if (at.isPresent()) {
            return "The server listens at " + at.get();
        }
        if (!enabled) {
            return "The server lets nobody in: login is disabled";
        }
        return problem.isEmpty() ? "The server is being started" : problem;
    }

    private Map<String, Object> values(Optional<String> at) {
        Map<String, Object> values = new LinkedHashMap<>();
        List<ServerSession> sessions = sessions();
        List<Map<String, Object>> open = open(sessions);
        values.put("listening-at", at.orElse("none"));
        values.put("current-sessions", open.size());
        values.put("connections-not-logged-in", sessions.size() - open.size());
        values.put("shells-and-commands", service.running());
        values.put("logins", service.gate().logins());
        values.put("failed-passwords", service.authenticator().failed());
        values.put("refused-connections", service.gate().refused());
        values.put("lock-outs", service.lockout().locked());
        values.put("refused-while-locked-out", service.lockout().refused());
        values.put("host-keys", keys(service.fingerprints()));
        values.put("sessions", open);
        values.put("locked-out", lockedOut());
        return values;
    }

    private List<Map<String, Object>> lockedOut() {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (Lockout.Lock lock : service.lockout().locks()) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("locked-out", lock.name());
            row.put("sort", lock.sort());
            row.put("seconds-left", lock.secondsLeft());
            rows.add(row);
        }
        return rows;
    }

    private List<ServerSession> sessions() {
        return service.server().map(AdminServer::getActiveSessions).orElse(List.of()).stream()
                .map(ServerSession.class::cast)
                .toList();
    }

    private List<Map<String, Object>> open(List<ServerSession> sessions) {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (ServerSession session : sessions) {
            Account account = session.getAttribute(Authenticator.ACCOUNT);
            if (((AbstractSession) session).isAuthenticated() && account != null) {
                Map<String, Object> row = new LinkedHashMap<>();
                row.put("user", account.name());
                row.put("address", Authenticator.from(session));
                row.put("idle-seconds", idle(session));
                rows.add(row);
            }
        }
        return rows;
    }

    private int idle(ServerSession session) {
        return (int) Duration.ofNanos(service.activity(session).idle()).toSeconds();
    }

    private static Map<String, Object> keys(List<String> fingerprints) {
        Map<String, Object> keys = new LinkedHashMap<>();
        for (String fingerprint : fingerprints) {
            int blank = fingerprint.indexOf(' ');
            keys.put(fingerprint.substring(0, blank), fingerprint.substring(blank + 1));
        }
        return keys;
    }

    /** The keys' types and fingerprints, as {@code ssh-keygen -l} shows them. */
    static List<String> fingerprints(List<KeyPair> pairs) {
        return pairs.stream()
                .map(KeyPair::getPublic)
                .map(key -> KeyUtils.getKeyType(key) + " " + KeyUtils.getFingerPrint(BuiltinDigests.sha256, key))
                .toList();
    }
}
