# A host with one git repository behind SSH. Prints the commit, the key of the host, and in base64 the key of the one
# who may ask.
set -e
{
  mkdir -p /run/sshd /root/.ssh /srv/greet
  chmod 700 /root/.ssh
  ssh-keygen -A
  ssh-keygen -q -t ed25519 -N '' -C test -f /tmp/key
  cp /tmp/key.pub /root/.ssh/authorized_keys
  cd /srv/greet
  printf "WORDS = 'greetings over ssh'\n" > greet.py
  printf "[project]\nname = 'greet'\nversion = '1.0'\n[build-system]\nrequires = ['setuptools>=77']\n" > pyproject.toml
  printf "build-backend = 'setuptools.build_meta'\n[tool.setuptools]\npy-modules = ['greet']\n" >> pyproject.toml
  git init -b main
  git add .
  git -c user.name=Test -c user.email=test@example.org commit -m Greet
} > /tmp/log 2>&1 || { cat /tmp/log; exit 1; }
echo "$(git rev-parse HEAD)" "$(cut -d ' ' -f 1,2 /etc/ssh/ssh_host_ed25519_key.pub | tr ' ' ,)" "$(base64 -w 0 /tmp/key)"
exec /usr/sbin/sshd -D
