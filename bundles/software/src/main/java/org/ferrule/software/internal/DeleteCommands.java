package org.ferrule.software.internal;

import java.util.List;
import java.util.Optional;
import org.ferrule.config.ConfigException;
import org.ferrule.config.Home;
import org.ferrule.shell.RunCommand;

/** What {@code delete} does with things of this module that are no configuration. */
final class DeleteCommands {
    private DeleteCommands() {}

    /** {@code delete sys software job}: calls a job off. */
    record CancelJob(Jobs jobs) implements RunCommand {
        private static final String JOB = "job";

        @Override
        public String verb() {
            return "delete";
        }

        @Override
        public String name() {
            return "sys software job";
        }

        @Override
        public String help() {
            return "Calls a job off, as long as no old version has left: everything is put back";
        }

        @Override
        public Optional<Operand> operand() {
            return Optional.of(new Operand(JOB, "The number of the job, as show sys software has it", true, List::of));
        }

        @Override
        public void run(Invocation invocation) throws ConfigException {
            String typed = invocation.arguments().get(JOB);
            try {
                jobs.cancel(Integer.parseInt(typed));
            } catch (NumberFormatException e) {
                throw new ConfigException("\"" + typed + "\" is not the number of a job", e);
            }
        }
    }

    /** {@code delete sys software volume}: removes a volume that does not run. */
    record DeleteVolume(VolumeInstaller installer, Volumes volumes) implements RunCommand {
        private static final String VOLUME = "volume";

        @Override
        public String verb() {
            return "delete";
        }

        @Override
        public String name() {
            return "sys software volume";
        }

        @Override
        public String help() {
            return "Removes a volume that does not run, with its program and its configuration";
        }

        @Override
        public Optional<Operand> operand() {
            return Optional.of(new Operand(VOLUME, "The volume, as show sys software has it", true, this::removable));
        }

        private List<String> removable() {
            return volumes.names().stream()
                    .filter(name -> !name.equals(Home.FIRST_VOLUME) && !name.equals(volumes.active()))
                    .toList();
        }

        @Override
        public void run(Invocation invocation) throws ConfigException {
            installer.delete(invocation.arguments().get(VOLUME));
        }
    }

    /** {@code delete sys software image}: removes an image that was kept. */
    record DeleteImage(Installer installer) implements RunCommand {
        private static final String IMAGE = "image";

        @Override
        public String verb() {
            return "delete";
        }

        @Override
        public String name() {
            return "sys software image";
        }

        @Override
        public String help() {
            return "Removes an image that is kept and not in use";
        }

        @Override
        public Optional<Operand> operand() {
            return Optional.of(new Operand(IMAGE, "The image, as show sys software has it", true, installer::images));
        }

        @Override
        public void run(Invocation invocation) throws ConfigException {
            installer.delete(invocation.arguments().get(IMAGE));
        }
    }
}
