package org.ferrule.system.internal;

import java.util.Map;
import javax.security.auth.login.AppConfigurationEntry;
import javax.security.auth.login.AppConfigurationEntry.LoginModuleControlFlag;
import org.apache.karaf.jaas.boot.ProxyLoginModule;
import org.apache.karaf.jaas.config.JaasRealm;
import org.ferrule.shell.Users;

/**
 * Karaf's realm, with the appliance's users in it in place of {@code users.properties}.
 *
 * @param users who may log in
 * @param bundle the id of the bundle that has {@link RealmLogin}; JAAS reaches it through Karaf's proxy
 */
record KarafRealm(Users users, long bundle) implements JaasRealm {
    // Karaf's own realm has rank 0.
    private static final int RANK = 100;

    @Override
    public String getName() {
        return "karaf";
    }

    @Override
    public int getRank() {
        return RANK;
    }

    @Override
    public AppConfigurationEntry[] getEntries() {
        Map<String, Object> options = Map.of(
                ProxyLoginModule.PROPERTY_MODULE,
                RealmLogin.class.getName(),
                ProxyLoginModule.PROPERTY_BUNDLE,
                Long.toString(bundle),
                RealmLogin.USERS,
                users);
        return new AppConfigurationEntry[] {
            new AppConfigurationEntry(ProxyLoginModule.class.getName(), LoginModuleControlFlag.REQUIRED, options)
        };
    }
}
