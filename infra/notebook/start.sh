#!/bin/bash
# Runs as root at each start of a notebook instance, which fails after five minutes: installs the package with a kernel,
# copies the notebook, and stops the instance when nobody uses it. Only /home/ec2-user/SageMaker outlives a stop.
# (Source: https://docs.aws.amazon.com/sagemaker/latest/dg/notebook-lifecycle-config.html)
#
# Arguments: name of the instance, region, stack of the service, idle minutes until it is stopped.
set -euo pipefail
instance=$1 region=$2 stack=$3 minutes=$4
code=$(cd "$(dirname "$0")/../.." && pwd)
python=$code/venv/bin/python
user_folder=/home/ec2-user/SageMaker

dnf install --quiet --assumeyes python3.13
python3.13 -m venv "$code/venv"
"$python" -m pip install --quiet --require-hashes --only-binary :all: --requirement "$code/requirements-notebook.txt"
echo "$code" >"$code/venv/lib/python3.13/site-packages/lookalike.pth"

sudo --user ec2-user --set-home "$python" -m ipykernel install --user --name lookalike --display-name Lookalike \
	--env LOOKALIKE_STACK "$stack" --env AWS_DEFAULT_REGION "$region"
if [ ! -e "$user_folder/backfill.ipynb" ]; then
	sed 's/"name": "python3"/"name": "lookalike"/' "$code/notebooks/backfill.ipynb" >"$user_folder/backfill.ipynb"
	chown ec2-user: "$user_folder/backfill.ipynb"
fi

touch /run/lookalike-used
systemd-run --unit lookalike-idle --on-calendar '*:0/5' /bin/bash -c \
	"! $python $code/infra/notebook/idle.py https://localhost:8443 /run/lookalike-used $minutes ||
	aws sagemaker stop-notebook-instance --notebook-instance-name $instance --region $region"

# Jupyter lists the new kernel once it is started anew.
systemctl --no-block restart jupyter-server.service
